// Command main serves the "create member" operation of the MX Nexus API.
package main

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

const (
	mediaType        = "application/vnd.mx.nexus.v1+json"
	publicURL        = "https://int-data.moneydesktop.com"
	oauthApplication = "https://oauth.example.com/authorize"
	windowPath       = "/oauth/predirect_to/"
	sessionLifetime  = 30 * time.Minute
	maxBody          = 32 << 20
	maxWebhooks      = 1000
	userGUID         = "USR-fa7537f3-48aa-a683-a02a-b18940482f54"
)

// apiError is a refusal with an HTTP status, an error code and a message.
type apiError struct {
	status  int
	Code    int    `json:"code"`
	Message string `json:"message"`
}

// Error gives the message, so that an apiError is an error.
func (e *apiError) Error() string { return e.Message }

var (
	errNoToken        = &apiError{401, 4010, "missing session token"}
	errInvalidToken   = &apiError{401, 4010, "invalid session token"}
	errExpiredToken   = &apiError{401, 4011, "session token has expired"}
	errTooLarge       = &apiError{413, 4130, "request body is too large"}
	errNoMember       = &apiError{400, 4000, "member is required"}
	errNoInstitution  = &apiError{400, 4000, "institution_guid is required"}
	errNoCredentials  = &apiError{400, 4001, "credentials are required"}
	errBadCredentials = &apiError{400, 4001, "credentials are not those the institution requires"}
	errNoOAuth        = &apiError{400, 4002, "institution does not support OAuth"}
	errInstitution    = &apiError{422, 4220, "institution does not exist"}
	errExternalGUID   = &apiError{422, 4220, "external_guid is already in use"}
)

// session holds the user of a session token and the moment of its last call.
type session struct {
	userGUID string
	lastCall time.Time
}

// institution is a financial institution and what it asks for.
type institution struct {
	guid            string
	code            string
	name            string
	credentialGUIDs []string
	supportsOAuth   bool
}

// credential is one credential with the end user's value.
type credential struct {
	GUID  string `json:"guid"`
	Value string `json:"value"`
}

// newMember holds the parameters to create a member.
type newMember struct {
	BackgroundAggregationIsDisabled bool         `json:"background_aggregation_is_disabled"`
	Credentials                     []credential `json:"credentials"`
	ExternalGUID                    *string      `json:"external_guid"`
	InstitutionGUID                 string       `json:"institution_guid"`
	IsOAuth                         bool         `json:"is_oauth"`
	Metadata                        *string      `json:"metadata"`
	Name                            string       `json:"name"`
	SkipAggregation                 bool         `json:"skip_aggregation"`
	SkipWebhook                     bool         `json:"skip_webhook"`
	UseCases                        []string     `json:"use_cases"`
}

// member is a member as the API shows it.
type member struct {
	AggregatedAt                    *time.Time `json:"aggregated_at"`
	BackgroundAggregationIsDisabled bool       `json:"background_aggregation_is_disabled"`
	ConnectionStatus                string     `json:"connection_status"`
	ExternalGUID                    *string    `json:"external_guid"`
	GUID                            string     `json:"guid"`
	InstitutionCode                 string     `json:"institution_code"`
	InstitutionGUID                 string     `json:"institution_guid"`
	IsBeingAggregated               bool       `json:"is_being_aggregated"`
	IsManagedByUser                 bool       `json:"is_managed_by_user"`
	IsOAuth                         bool       `json:"is_oauth"`
	IsUserCreated                   bool       `json:"is_user_created"`
	MostRecentJobGUID               *string    `json:"most_recent_job_guid"`
	Metadata                        *string    `json:"metadata"`
	Name                            string     `json:"name"`
	OAuthWindowURI                  string     `json:"oauth_window_uri,omitempty"`
	SuccessfullyAggregatedAt        *time.Time `json:"successfully_aggregated_at"`
	UseCases                        []string   `json:"use_cases"`
	UserGUID                        string     `json:"user_guid"`
}

// webhook is a notice about a new member.
type webhook struct {
	Type       string `json:"type"`
	Action     string `json:"action"`
	MemberGUID string `json:"member_guid"`
}

// server keeps the state of the API.
type server struct {
	mu             sync.Mutex
	sessions       map[string]*session
	institutions   map[string]institution
	members        map[string]*member
	externalGUIDs  map[string]bool
	pendingWindows map[string]string
	webhooks       []webhook
}

// env reads a setting from the environment.
func env(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return fallback
}

// envList reads a comma-separated setting from the environment.
func envList(name, fallback string) []string {
	var items []string
	for _, item := range strings.Split(env(name, fallback), ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

// newGUID makes a random identifier with one of MX's prefixes.
func newGUID(prefix string) string {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(err)
	}
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%s%x-%x-%x-%x-%x", prefix, b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// loadSessions sets up one live session and one that has run out.
func loadSessions() map[string]*session {
	now := time.Now()
	return map[string]*session{
		env("MX_EXPIRED_SESSION_TOKEN", "session-expired-0123456789ab"): {userGUID, now.Add(-2 * sessionLifetime)},
		env("MX_SESSION_TOKEN", "session-valid-0123456789abcdef"):       {userGUID, now},
	}
}

// loadInstitutions sets up the institution with credentials and those with OAuth.
func loadInstitutions() map[string]institution {
	bank := institution{
		guid: env("MX_INSTITUTION_GUID", "INS-1572a04c-912b-59bf-5841-332c7dfafaef"),
		code: "chase",
		name: env("MX_INSTITUTION_NAME", "Chase Bank"),
		credentialGUIDs: envList("MX_CREDENTIAL_GUIDS",
			"CRD-27d0edb8-1d50-5b90-bcbc-be270ca42b9f,CRD-1ec152cd-e628-e81a-e852-d1e7104624da"),
	}
	all := map[string]institution{bank.guid: bank}
	oauthGUIDs := envList("MX_OAUTH_INSTITUTION_GUID",
		"INS-f1a3285d-e855-b61f-6aa7-8ae575c0e0e9,INS-2b1bd3b5-54f1-4f0e-90f4-5d2a10f05b2e,"+
			"INS-9d2f8a3c-7a57-44d0-9d7e-b1b5a6a0c1ef,INS-0c7dbb8c-22f0-4c0a-8fd1-6a8f1ef9a5d3,"+
			"INS-66aa6a08-2e63-4d24-8a0b-4cf6ea1de6f7,INS-7f3e0a9e-4a1e-4ff0-b2c6-1d4c1e3f7a11")
	for i, guid := range oauthGUIDs {
		all[guid] = institution{
			guid:          guid,
			code:          fmt.Sprintf("oauth_bank_%d", i+1),
			name:          fmt.Sprintf("OAuth Bank %d", i+1),
			supportsOAuth: true,
		}
	}
	return all
}

// newServer makes a server without members.
func newServer() *server {
	return &server{
		sessions:       loadSessions(),
		institutions:   loadInstitutions(),
		members:        map[string]*member{},
		externalGUIDs:  map[string]bool{},
		pendingWindows: map[string]string{},
	}
}

// authenticate finds the user of the caller's session and restarts its 30 minutes.
func (s *server) authenticate(r *http.Request) (string, error) {
	token := r.Header.Get("MD-SESSION-TOKEN")
	if token == "" {
		return "", errNoToken
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.sessions[token]
	if !ok {
		return "", errInvalidToken
	}
	if time.Since(found.lastCall) > sessionLifetime {
		return "", errExpiredToken
	}
	found.lastCall = time.Now()
	return found.userGUID, nil
}

// readMember takes the `member` object out of the request body.
func readMember(r *http.Request) (*newMember, error) {
	var body struct {
		Member *newMember `json:"member"`
	}
	err := json.NewDecoder(r.Body).Decode(&body)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, errTooLarge
	case err != nil:
		return nil, &apiError{400, 4000, "invalid request body: " + err.Error()}
	case body.Member == nil:
		return nil, errNoMember
	}
	return body.Member, nil
}

// checkCredentials makes sure that exactly the credentials the institution requires were sent.
func checkCredentials(sent []credential, required []string) error {
	if len(sent) == 0 {
		return errNoCredentials
	}
	values := map[string]string{}
	for _, c := range sent {
		values[c.GUID] = c.Value
	}
	for _, guid := range required {
		if values[guid] == "" {
			return errBadCredentials
		}
	}
	if len(values) != len(required) {
		return errBadCredentials
	}
	return nil
}

// findInstitution finds the institution and checks that the member can be made there.
func (s *server) findInstitution(wanted *newMember) (institution, error) {
	if wanted.InstitutionGUID == "" {
		return institution{}, errNoInstitution
	}
	found, ok := s.institutions[wanted.InstitutionGUID]
	if !ok {
		return institution{}, errInstitution
	}
	if !wanted.IsOAuth {
		return found, checkCredentials(wanted.Credentials, found.credentialGUIDs)
	}
	if !found.supportsOAuth {
		return institution{}, errNoOAuth
	}
	return found, nil
}

// buildMember makes a new member before anything has happened to it.
func buildMember(wanted *newMember, at institution, user string) *member {
	m := &member{
		BackgroundAggregationIsDisabled: wanted.BackgroundAggregationIsDisabled,
		ConnectionStatus:                "CREATED",
		ExternalGUID:                    wanted.ExternalGUID,
		GUID:                            newGUID("MBR-"),
		InstitutionCode:                 at.code,
		InstitutionGUID:                 at.guid,
		IsOAuth:                         wanted.IsOAuth,
		IsUserCreated:                   true,
		Metadata:                        wanted.Metadata,
		Name:                            at.name,
		UseCases:                        []string{"PFM"},
		UserGUID:                        user,
	}
	if wanted.Name != "" {
		m.Name = wanted.Name
	}
	if wanted.UseCases != nil {
		m.UseCases = wanted.UseCases
	}
	return m
}

// startAggregation begins to fetch the member's accounts and transactions.
func startAggregation(m *member) {
	job := newGUID("JOB-")
	m.MostRecentJobGUID = &job
	m.IsBeingAggregated = true
}

// openWindow lets the member wait for its end user behind a one-time address.
func (s *server) openWindow(m *member) {
	token := newGUID("")
	s.pendingWindows[token] = m.GUID
	m.ConnectionStatus = "PENDING"
	m.OAuthWindowURI = publicURL + windowPath + token
}

// announce queues the webhook about a new member.
func (s *server) announce(m *member) {
	s.webhooks = append(s.webhooks, webhook{"MEMBER", "CREATED", m.GUID})
	if len(s.webhooks) > maxWebhooks {
		s.webhooks = s.webhooks[1:]
	}
}

// add creates and keeps the member.
func (s *server) add(wanted *newMember, user string, skipWebhook bool) (*member, error) {
	at, err := s.findInstitution(wanted)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if id := wanted.ExternalGUID; id != nil {
		if s.externalGUIDs[*id] {
			return nil, errExternalGUID
		}
		s.externalGUIDs[*id] = true
	}
	m := buildMember(wanted, at, user)
	if wanted.IsOAuth {
		s.openWindow(m)
	} else if !wanted.SkipAggregation {
		startAggregation(m)
	}
	s.members[m.GUID] = m
	if !skipWebhook {
		s.announce(m)
	}
	return m, nil
}

// createMember does the work of POST /members.
func (s *server) createMember(r *http.Request) (*member, error) {
	user, err := s.authenticate(r)
	if err != nil {
		return nil, err
	}
	wanted, err := readMember(r)
	if err != nil {
		return nil, err
	}
	skipWebhook := wanted.SkipWebhook || strings.EqualFold(r.Header.Get("MX-Skip-Webhook"), "true")
	return s.add(wanted, user, skipWebhook)
}

// writeJSON answers with a JSON body.
func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", mediaType)
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}

// writeError answers with an error's code and message.
func writeError(w http.ResponseWriter, err error) {
	var refused *apiError
	if !errors.As(err, &refused) {
		http.Error(w, "internal server error", http.StatusInternalServerError)
		return
	}
	if refused.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "MD-SESSION-TOKEN")
	}
	writeJSON(w, refused.status, refused)
}

// handleMembers answers /members.
func (s *server) handleMembers(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	defer io.Copy(io.Discard, r.Body) // so that the connection can be used again
	m, err := s.createMember(r)
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]*member{"member": m})
}

// handleWindow sends the end user to the OAuth application, once.
func (s *server) handleWindow(w http.ResponseWriter, r *http.Request) {
	token := strings.TrimPrefix(r.URL.Path, windowPath)
	s.mu.Lock()
	_, ok := s.pendingWindows[token]
	delete(s.pendingWindows, token)
	s.mu.Unlock()
	if !ok {
		http.Error(w, "this link has been used", http.StatusGone)
		return
	}
	http.Redirect(w, r, oauthApplication+"?state="+token, http.StatusFound)
}

func main() {
	port := flag.String("port", env("PORT", "8080"), "port to listen on")
	flag.Parse()
	s := newServer()
	mux := http.NewServeMux()
	mux.HandleFunc("/members", s.handleMembers)
	mux.HandleFunc(windowPath, s.handleWindow)
	log.Fatal(http.ListenAndServe("127.0.0.1:"+*port, mux))
}
