// Persona's connections API with net/http alone.
//
// Run it with "go run main.go --port 8000". All state lives in memory.
package main

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	basePath       = "/api/v1/connect/connections"
	connectionType = "connect/connection"
	environmentID  = "env_Sandbox0000000000000001"
	timeLayout     = "2006-01-02T15:04:05.000Z"

	rateWindow      = time.Minute
	idempotencyTime = 24 * time.Hour
	maxBodyBytes    = 1 << 20
	defaultPageSize = 10
	maxPageSize     = 100
)

var (
	inflections = []string{"camel", "kebab", "snake"}
	versions    = []string{
		"2025-12-08", "2025-10-27", "2023-01-05", "2022-09-01",
		"2021-08-18", "2021-07-05", "2021-02-21", "2020-05-18",
	}
	capital = regexp.MustCompile(`([a-z])([A-Z])`)
)

// connection is a connection between two organizations.
type connection struct {
	id          string
	status      string
	destination string
	source      string
	createdAt   time.Time
	updatedAt   time.Time
}

// answer is the status and the body of an answer.
type answer struct {
	status int
	body   any
}

// savedAnswer is the first answer to a request with an idempotency key.
type savedAnswer struct {
	savedAt     time.Time
	fingerprint string
	status      int
	body        []byte
}

// window counts the requests of an API key.
type window struct {
	start time.Time
	count int
}

// server holds the configuration and the state of the API.
type server struct {
	apiKey         string
	readOnlyAPIKey string
	organizationID string
	destinationIDs []string
	rateLimit      int

	mu          sync.Mutex
	connections []*connection // in order of creation
	saved       map[string]savedAnswer
	windows     map[string]*window
}

// operation answers a request with a body; the server is locked while it runs.
type operation func(s *server, r *http.Request, body []byte) answer

// newConnection is a request to create a connection; names may come in any of the three casings.
type newConnection struct {
	Data *struct {
		Attributes *struct {
			Kebab *string `json:"destination-organization-id"`
			Snake *string `json:"destination_organization_id"`
			Camel *string `json:"destinationOrganizationId"`
		} `json:"attributes"`
	} `json:"data"`
}

// destination gives the destination organization, or nil when there is none.
func (n newConnection) destination() *string {
	if n.Data == nil || n.Data.Attributes == nil {
		return nil
	}
	for _, name := range []*string{n.Data.Attributes.Kebab, n.Data.Attributes.Snake, n.Data.Attributes.Camel} {
		if name != nil {
			return name
		}
	}
	return nil
}

// env reads an environment variable, or else gives the default.
func env(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return fallback
}

// newServer reads the configuration from the environment.
func newServer() (*server, error) {
	limit, err := strconv.Atoi(env("PERSONA_RATE_LIMIT", "3000"))
	if err != nil {
		return nil, err
	}
	s := &server{
		apiKey:         env("PERSONA_API_KEY", "persona_sandbox_valid-0123456789ab"),
		readOnlyAPIKey: env("PERSONA_FORBIDDEN_API_KEY", "persona_sandbox_forbidden-01234567"),
		organizationID: env("PERSONA_ORGANIZATION_ID", "org_ABC123"),
		rateLimit:      limit,
		saved:          map[string]savedAnswer{},
		windows:        map[string]*window{},
	}
	destinations := env("PERSONA_DESTINATION_ORGANIZATION_ID", "org_XYZ789,org_XYZ790,org_XYZ791")
	for _, name := range strings.Split(destinations, ",") {
		s.destinationIDs = append(s.destinationIDs, strings.TrimSpace(name))
	}
	return s, nil
}

// contains tells whether a list has a value.
func contains(list []string, value string) bool {
	for _, item := range list {
		if item == value {
			return true
		}
	}
	return false
}

// randomHex gives n random bytes in hexadecimal.
func randomHex(n int) string {
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		panic(err)
	}
	return hex.EncodeToString(b)
}

// problem makes an error answer.
func problem(status int, title, details string) answer {
	return answer{status, map[string]any{"errors": []any{map[string]string{"title": title, "details": details}}}}
}

// writeJSON sends an answer.
func writeJSON(w http.ResponseWriter, a answer) {
	body, err := json.Marshal(a.body)
	if err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	writeBytes(w, a.status, body)
}

// writeBytes sends a body that is JSON already.
func writeBytes(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(body)
}

// withRequestID gives every answer a request id.
func withRequestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Request-Id", "req_"+randomHex(12))
		next.ServeHTTP(w, r)
	})
}

// same compares two secrets in constant time.
func same(left, right string) bool {
	return subtle.ConstantTimeCompare([]byte(left), []byte(right)) == 1
}

// token takes the bearer token out of the Authorization header.
func token(r *http.Request) string {
	scheme, value, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(value)
}

// withAPIKey demands a known API key and counts the request towards its rate limit.
func (s *server) withAPIKey(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		key := token(r)
		if !same(key, s.apiKey) && !same(key, s.readOnlyAPIKey) {
			w.Header().Set("WWW-Authenticate", "Bearer")
			writeJSON(w, problem(http.StatusUnauthorized, "Must be authenticated to access this endpoint",
				"Send a valid API key as a Bearer token in the Authorization header."))
			return
		}
		w.Header().Set("Persona-Organization-Id", s.organizationID)
		w.Header().Set("Persona-Environment-Id", environmentID)
		remaining, reset := s.count(key)
		w.Header().Set("RateLimit-Limit", strconv.Itoa(s.rateLimit))
		w.Header().Set("RateLimit-Reset", strconv.Itoa(reset))
		if remaining < 0 {
			w.Header().Set("RateLimit-Remaining", "0")
			w.Header().Set("Retry-After", strconv.Itoa(reset))
			writeJSON(w, problem(http.StatusTooManyRequests, "Too many requests",
				"The rate limit of this API key is used up."))
			return
		}
		w.Header().Set("RateLimit-Remaining", strconv.Itoa(remaining))
		next(w, r)
	}
}

// count adds a request to the window of its API key and gives what remains of it: requests and seconds.
func (s *server) count(key string) (remaining, reset int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	current := s.windows[key]
	if current == nil || now.Sub(current.start) >= rateWindow {
		current = &window{start: now}
		s.windows[key] = current
	}
	current.count++
	reset = int((rateWindow - now.Sub(current.start)).Seconds() + 0.5)
	if reset < 1 {
		reset = 1
	}
	return s.rateLimit - current.count, reset
}

// withVersion validates the headers that choose casing and version.
func withVersion(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !contains(inflections, inflection(r)) {
			writeJSON(w, problem(http.StatusBadRequest, "Bad request",
				"Key-Inflection must be one of camel, kebab and snake."))
			return
		}
		version := r.Header.Get("Persona-Version")
		if version != "" && !contains(versions, version) {
			writeJSON(w, problem(http.StatusBadRequest, "Bad request", "Persona-Version is not a known version."))
			return
		}
		next(w, r)
	}
}

// inflection gives the casing a request asks for.
func inflection(r *http.Request) string {
	if value := r.Header.Get("Key-Inflection"); value != "" {
		return value
	}
	return "kebab"
}

// write runs an operation that changes something: once per Idempotency-Key, repeating its first answer afterwards.
func (s *server) write(w http.ResponseWriter, r *http.Request, run operation) {
	if same(token(r), s.readOnlyAPIKey) {
		writeJSON(w, problem(http.StatusForbidden, "Forbidden",
			"This API key is not permitted to change connections."))
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodyBytes))
	if err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			http.Error(w, http.StatusText(http.StatusRequestEntityTooLarge), http.StatusRequestEntityTooLarge)
			return
		}
		writeJSON(w, problem(http.StatusBadRequest, "Bad request", "The request body could not be read."))
		return
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	key := r.Header.Get("Idempotency-Key")
	if key == "" {
		writeJSON(w, run(s, r, body))
		return
	}
	key = token(r) + "\n" + key
	sum := sha256.Sum256(append([]byte(r.URL.String()+"\n"), body...))
	fingerprint := hex.EncodeToString(sum[:])
	saved, found := s.saved[key]
	if found && time.Since(saved.savedAt) < idempotencyTime {
		if saved.fingerprint != fingerprint {
			writeJSON(w, problem(http.StatusBadRequest, "Idempotency error",
				"This Idempotency-Key was used with different parameters."))
			return
		}
		writeBytes(w, saved.status, saved.body)
		return
	}
	first := run(s, r, body)
	text, err := json.Marshal(first.body)
	if err != nil {
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	s.saved[key] = savedAnswer{time.Now(), fingerprint, first.status, text}
	writeBytes(w, first.status, text)
}

// kebab writes a name in any of the three casings in kebab case.
func kebab(name string) string {
	return strings.ToLower(strings.ReplaceAll(capital.ReplaceAllString(name, "$1-$2"), "_", "-"))
}

// inflect writes a kebab-case name in another casing.
func inflect(name, casing string) string {
	switch casing {
	case "snake":
		return strings.ReplaceAll(name, "-", "_")
	case "camel":
		words := strings.Split(name, "-")
		for i := 1; i < len(words); i++ {
			words[i] = strings.ToUpper(words[i][:1]) + words[i][1:]
		}
		return strings.Join(words, "")
	}
	return name
}

// show gives a connection with the casing and the attributes the request asks for.
func show(c *connection, r *http.Request) map[string]any {
	all := map[string]string{
		"status":                      c.status,
		"destination-organization-id": c.destination,
		"source-organization-id":      c.source,
		"created-at":                  c.createdAt.Format(timeLayout),
		"updated-at":                  c.updatedAt.Format(timeLayout),
	}
	var wanted []string
	fields, limited := r.URL.Query()["fields["+connectionType+"]"]
	for _, name := range strings.Split(strings.Join(fields, ","), ",") {
		wanted = append(wanted, kebab(strings.TrimSpace(name)))
	}
	attributes := map[string]string{}
	for name, value := range all {
		if !limited || contains(wanted, name) {
			attributes[inflect(name, inflection(r))] = value
		}
	}
	return map[string]any{"type": connectionType, "id": c.id, "attributes": attributes}
}

// find looks a connection up by its id.
func (s *server) find(id string) *connection {
	for _, c := range s.connections {
		if c.id == id {
			return c
		}
	}
	return nil
}

// create makes a pending connection to a destination organization.
func create(s *server, r *http.Request, body []byte) answer {
	var request newConnection
	if err := json.NewDecoder(bytes.NewReader(body)).Decode(&request); err != nil {
		return problem(http.StatusBadRequest, "Bad request", "The request body is not a valid JSON request.")
	}
	destination := request.destination()
	if destination == nil {
		return problem(http.StatusUnprocessableEntity, "Unprocessable entity",
			"destination-organization-id is required.")
	}
	if !contains(s.destinationIDs, *destination) {
		return problem(http.StatusUnprocessableEntity, "Unprocessable entity",
			"The destination organization does not exist.")
	}
	for _, c := range s.connections {
		if c.destination == *destination {
			return problem(http.StatusConflict, "Conflict", "A connection to this organization exists already.")
		}
	}
	now := time.Now().UTC()
	c := &connection{
		id:          "cxn_" + randomHex(12),
		status:      "pending",
		destination: *destination,
		source:      s.organizationID,
		createdAt:   now,
		updatedAt:   now,
	}
	s.connections = append(s.connections, c)
	return answer{http.StatusCreated, map[string]any{"data": show(c, r)}}
}

// setStatus makes the operation that moves the connection with an id to another stage of its life.
func setStatus(id, status string, allowed func(present string) bool) operation {
	return func(s *server, r *http.Request, body []byte) answer {
		c := s.find(id)
		if c == nil {
			return problem(http.StatusNotFound, "Record not found", "There is no connection with this id.")
		}
		if !allowed(c.status) {
			return problem(http.StatusConflict, "Conflict", "The connection is "+c.status+".")
		}
		c.status = status
		c.updatedAt = time.Now().UTC()
		return answer{http.StatusOK, map[string]any{"data": show(c, r)}}
	}
}

// retrieve shows one connection.
func (s *server) retrieve(w http.ResponseWriter, r *http.Request, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.find(id)
	if c == nil {
		writeJSON(w, problem(http.StatusNotFound, "Record not found", "There is no connection with this id."))
		return
	}
	writeJSON(w, answer{http.StatusOK, map[string]any{"data": show(c, r)}})
}

// list shows the connections, newest first, a page at a time.
func (s *server) list(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	query := r.URL.Query()
	size := defaultPageSize
	if text := query.Get("page[size]"); text != "" {
		var err error
		if size, err = strconv.Atoi(text); err != nil || size < 1 || size > maxPageSize {
			writeJSON(w, problem(http.StatusBadRequest, "Bad request", "page[size] must be between 1 and 100."))
			return
		}
	}
	start, end, ok := s.pageBounds(query.Get("page[after]"), query.Get("page[before]"), size)
	if !ok {
		writeJSON(w, problem(http.StatusBadRequest, "Bad request", "The page cursor is not the id of a connection."))
		return
	}
	total := len(s.connections)
	newestFirst := func(i int) *connection { return s.connections[total-1-i] }
	data := []any{}
	for i := start; i < end; i++ {
		data = append(data, show(newestFirst(i), r))
	}
	links := map[string]any{"prev": nil, "next": nil}
	if start < end && start > 0 {
		links["prev"] = pageLink("page[before]", newestFirst(start).id, size)
	}
	if start < end && end < total {
		links["next"] = pageLink("page[after]", newestFirst(end-1).id, size)
	}
	writeJSON(w, answer{http.StatusOK, map[string]any{"data": data, "links": links}})
}

// pageBounds gives the first position of a page and the one after its last, counted from the newest connection.
func (s *server) pageBounds(after, before string, size int) (start, end int, ok bool) {
	total := len(s.connections)
	position := func(id string) int {
		for i, c := range s.connections {
			if c.id == id {
				return total - 1 - i
			}
		}
		return -1
	}
	end = size
	switch {
	case after != "":
		if start = position(after); start < 0 {
			return 0, 0, false
		}
		start++
		end = start + size
	case before != "":
		if end = position(before); end < 0 {
			return 0, 0, false
		}
		if start = end - size; start < 0 {
			start = 0
		}
	}
	if end > total {
		end = total
	}
	return start, end, true
}

// pageLink links to a neighbouring page.
func pageLink(cursor, id string, size int) string {
	return basePath + "?" + url.Values{cursor: {id}, "page[size]": {strconv.Itoa(size)}}.Encode()
}

// methodNotAllowed refuses a method, naming those there are.
func methodNotAllowed(w http.ResponseWriter, allowed string) {
	w.Header().Set("Allow", allowed)
	http.Error(w, "Method Not Allowed", http.StatusMethodNotAllowed)
}

// handleCollection serves the path of all connections.
func (s *server) handleCollection(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		s.list(w, r)
	case http.MethodPost:
		s.write(w, r, create)
	default:
		methodNotAllowed(w, "GET, HEAD, POST")
	}
}

// handleConnection serves the paths of one connection.
func (s *server) handleConnection(w http.ResponseWriter, r *http.Request) {
	id, action, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, basePath+"/"), "/")
	switch {
	case id == "":
		http.NotFound(w, r)
	case action == "" && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		s.retrieve(w, r, id)
	case action == "":
		methodNotAllowed(w, "GET, HEAD")
	case action != "deactivate" && action != "reactivate":
		http.NotFound(w, r)
	case r.Method != http.MethodPost:
		methodNotAllowed(w, "POST")
	case action == "deactivate":
		s.write(w, r, setStatus(id, "inactive", func(present string) bool { return present != "inactive" }))
	default:
		s.write(w, r, setStatus(id, "pending", func(present string) bool { return present == "inactive" }))
	}
}

func main() {
	port := flag.String("port", env("PORT", "8000"), "port to listen on")
	flag.Parse()

	s, err := newServer()
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc(basePath, s.withAPIKey(withVersion(s.handleCollection)))
	mux.HandleFunc(basePath+"/", s.withAPIKey(withVersion(s.handleConnection)))
	log.Fatal(http.ListenAndServe(net.JoinHostPort("127.0.0.1", *port), withRequestID(mux)))
}
