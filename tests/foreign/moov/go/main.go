// Command main serves Moov's "Share account connection" operation with the standard library alone.
//
// One route, POST /accounts/{accountID}/connections. Connections live in memory; sharing again with the same
// principal adds the new scopes to the connection that is already there.
package main

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	defaultVersion    = "v2024.01.00"
	requestsPerSecond = 200
	maxBodyBytes      = 1 << 20
)

var (
	supportedVersions = []string{
		defaultVersion, "v2024.07.00", "v2025.01.00", "v2025.07.00", "v2026.01.00", "v2026.07.00",
	}
	versionFormat = regexp.MustCompile(`^v[0-9]{4}\.(01|04|07|10)\.[0-9]{2}$`)
	allScopes     = []string{
		"accounts.read", "accounts.write", "analytics.read", "apple-pay-merchant.read", "apple-pay-merchant.write",
		"apple-pay.read", "apple-pay.write", "bank-accounts.read", "bank-accounts.write", "capabilities.read",
		"capabilities.write", "cards.read", "cards.write", "documents.read", "documents.write", "fed.read",
		"files.read", "files.write", "issued-cards.read", "issued-cards.write", "issued-cards.read-secure",
		"payment-methods.read", "ping.read", "profile-enrichment.read", "profile.read", "profile.write",
		"profile.disconnect", "representatives.read", "representatives.write", "transfers.read", "transfers.write",
		"wallets.read",
	}
)

// shareScopes is the body of the request. Its fields are checked by validate, so that all faults are reported at once.
type shareScopes struct {
	PrincipalAccountID any `json:"principalAccountID"`
	AllowScopes        any `json:"allowScopes"`
}

// errorBody is the body of 400 and 409.
type errorBody struct {
	Error string `json:"error"`
}

// validationErrors is the body of 422.
type validationErrors struct {
	PrincipalAccountID string            `json:"principalAccountID,omitempty"`
	AllowScopes        map[string]string `json:"allowScopes,omitempty"`
}

// bucket is the token bucket of one client and account.
type bucket struct {
	tokens float64
	last   time.Time
}

// server holds what the handlers need.
type server struct {
	bearerAccounts map[string]string
	basicAccounts  map[string]string
	expiredToken   string
	accounts       map[string]bool
	scopes         map[string]bool

	mu          sync.Mutex
	connections map[string]map[string]bool
	buckets     map[string]*bucket
}

// env returns an environment variable, or a default if it is not set.
func env(name, fallback string) string {
	if value, ok := os.LookupEnv(name); ok && value != "" {
		return value
	}
	return fallback
}

// newServer reads the server's settings from the environment.
func newServer() *server {
	account := strings.ToLower(env("MOOV_ACCOUNT_ID", "456cb5b6-20dc-4585-97b4-745d013adb1f"))
	forbidden := strings.ToLower(env("MOOV_FORBIDDEN_ACCOUNT_ID", "7d3c1a52-93d5-4a0e-9c1b-0f6f6a4f1b77"))
	principals := env("MOOV_PRINCIPAL_ACCOUNT_ID",
		"c520f1b9-0ba7-42f5-b977-248cdbe41c69,0a6d2f0e-6a55-4a39-8f4c-2f6d2f5b8f10,"+
			"5b1b8a38-58f4-4d2e-9f43-6b6f5ffb0a9d")
	s := &server{
		bearerAccounts: map[string]string{
			env("MOOV_TOKEN", "tok-valid-0123456789abcdef"):           account,
			env("MOOV_FORBIDDEN_TOKEN", "tok-forbidden-0123456789ab"): forbidden,
		},
		basicAccounts: map[string]string{env("MOOV_BASIC_CREDENTIALS", "public-key-1:secret-key-1"): account},
		expiredToken:  env("MOOV_EXPIRED_TOKEN", "tok-expired-0123456789abcd"),
		accounts:      map[string]bool{account: true, forbidden: true},
		scopes:        map[string]bool{},
		connections:   map[string]map[string]bool{},
		buckets:       map[string]*bucket{},
	}
	for _, id := range strings.Split(principals, ",") {
		s.accounts[strings.ToLower(strings.TrimSpace(id))] = true
	}
	for _, scope := range allScopes {
		s.scopes[scope] = true
	}
	return s
}

// newRequestID returns a random UUID.
func newRequestID() string {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(err)
	}
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// withRequestID gives every response the identifier that traces its request, and answers a panic by 500.
func withRequestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Request-ID", newRequestID())
		defer func() {
			if recover() != nil {
				w.WriteHeader(http.StatusInternalServerError)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// writeJSON answers with a status and a JSON body.
func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}

// permittedAccount returns the account the caller may share connections of.
func (s *server) permittedAccount(r *http.Request) (string, bool) {
	if public, secret, ok := r.BasicAuth(); ok {
		account, known := s.basicAccounts[public+":"+secret]
		return account, known
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == s.expiredToken {
		return "", false
	}
	account, known := s.bearerAccounts[token]
	return account, known
}

// resolveVersion returns the newest supported version that is not newer than the requested one.
func resolveVersion(requested string) (string, bool) {
	switch {
	case requested == "":
		return defaultVersion, true
	case requested == "latest":
		return supportedVersions[len(supportedVersions)-1], true
	case !versionFormat.MatchString(requested):
		return "", false
	}
	for i := len(supportedVersions) - 1; i >= 0; i-- {
		if supportedVersions[i] <= requested {
			return supportedVersions[i], true
		}
	}
	return "", false
}

// reserve takes one request from the bucket of a client and account; if it is empty, it returns the time to wait.
func (s *server) reserve(client, account string) (time.Duration, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	key := client + " " + account
	b := s.buckets[key]
	if b == nil {
		b = &bucket{tokens: requestsPerSecond, last: now}
		s.buckets[key] = b
	}
	b.tokens += now.Sub(b.last).Seconds() * requestsPerSecond
	if b.tokens > requestsPerSecond {
		b.tokens = requestsPerSecond
	}
	b.last = now
	if b.tokens < 1 {
		return time.Duration((1 - b.tokens) / requestsPerSecond * float64(time.Second)), false
	}
	b.tokens--
	return 0, true
}

// decode reads the body; fields the document does not name are refused.
func decode(r io.Reader) (shareScopes, error) {
	var share shareScopes
	decoder := json.NewDecoder(r)
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&share)
	return share, err
}

// validatePrincipal returns the principal account, or what is wrong with it.
func (s *server) validatePrincipal(value any, subject string) (principal, problem string) {
	if value == nil || value == "" {
		return "", "cannot be blank"
	}
	id, ok := value.(string)
	if !ok {
		return "", "must be a string"
	}
	id = strings.ToLower(id)
	if !s.accounts[id] {
		return "", "account does not exist"
	}
	if id == subject {
		return "", "must not be the account that shares"
	}
	return id, ""
}

// validateScopes returns the scopes to share, or what is wrong with them by the index of the element.
func (s *server) validateScopes(value any) (scopes []string, problems map[string]string) {
	if value == nil {
		return allScopes, nil
	}
	elements, ok := value.([]any)
	if !ok {
		return nil, map[string]string{"0": "allowScopes must be an array of strings"}
	}
	if len(elements) == 0 {
		return allScopes, nil
	}
	problems = map[string]string{}
	for i, element := range elements {
		scope, ok := element.(string)
		if !ok || !s.scopes[scope] {
			problems[strconv.Itoa(i)] = "must be a valid scope"
		}
		scopes = append(scopes, scope)
	}
	return scopes, problems
}

// share creates the connection, or adds the scopes to the existing one.
func (s *server) share(subject, principal string, scopes []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := subject + " " + principal
	if s.connections[key] == nil {
		s.connections[key] = map[string]bool{}
	}
	for _, scope := range scopes {
		s.connections[key][scope] = true
	}
}

// handleAccounts routes requests below /accounts/.
func (s *server) handleAccounts(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/accounts/"), "/")
	if len(parts) != 2 || parts[0] == "" || parts[1] != "connections" {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	s.shareConnection(w, r, strings.ToLower(parts[0]))
}

// admit checks everything but the body; if it returns false, the request has been answered.
func (s *server) admit(w http.ResponseWriter, r *http.Request, subject string) bool {
	account, ok := s.permittedAccount(r)
	if !ok {
		w.Header().Add("WWW-Authenticate", `Bearer realm="moov"`)
		w.Header().Add("WWW-Authenticate", `Basic realm="moov"`)
		w.WriteHeader(http.StatusUnauthorized)
		return false
	}
	version, ok := resolveVersion(r.Header.Get("X-Moov-Version"))
	if !ok {
		writeJSON(w, http.StatusBadRequest, errorBody{"invalid X-Moov-Version"})
		return false
	}
	w.Header().Set("X-Moov-Version", version)
	if !s.accounts[subject] {
		w.WriteHeader(http.StatusNotFound)
		return false
	}
	if account != subject {
		w.WriteHeader(http.StatusForbidden)
		return false
	}
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	if wait, ok := s.reserve(host, subject); !ok {
		w.Header().Set("X-Retry-In", wait.String())
		w.WriteHeader(http.StatusTooManyRequests)
		return false
	}
	return true
}

// shareConnection shares scopes of the subject account with the principal account in the body.
func (s *server) shareConnection(w http.ResponseWriter, r *http.Request, subject string) {
	if !s.admit(w, r, subject) {
		return
	}
	body, err := decode(http.MaxBytesReader(w, r.Body, maxBodyBytes))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		http.Error(w, "request body too large", http.StatusRequestEntityTooLarge)
		return
	}
	if err != nil {
		writeJSON(w, http.StatusBadRequest, errorBody{"invalid request body: " + err.Error()})
		return
	}
	principal, problem := s.validatePrincipal(body.PrincipalAccountID, subject)
	scopes, problems := s.validateScopes(body.AllowScopes)
	if problem != "" || len(problems) > 0 {
		writeJSON(w, http.StatusUnprocessableEntity, validationErrors{problem, problems})
		return
	}
	s.share(subject, principal, scopes)
	w.WriteHeader(http.StatusCreated)
}

func main() {
	port := flag.String("port", env("PORT", "8080"), "port to listen on")
	flag.Parse()
	mux := http.NewServeMux()
	mux.HandleFunc("/accounts/", newServer().handleAccounts)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+*port, withRequestID(mux)))
}
