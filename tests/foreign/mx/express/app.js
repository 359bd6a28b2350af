'use strict';

/** MX Nexus "create member" as an Express application. */

const { randomUUID } = require('node:crypto');
const express = require('express');

const MEDIA_TYPE = 'application/vnd.mx.nexus.v1+json';
const PUBLIC_URL = 'https://int-data.moneydesktop.com';
const OAUTH_APPLICATION = 'https://oauth.example.com/authorize';
const SESSION_MILLISECONDS = 30 * 60 * 1000;
const USER_GUID = 'USR-fa7537f3-48aa-a683-a02a-b18940482f54';

/** A refusal with an HTTP status, an error code and a message. */
class ApiError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Read a setting from the environment. */
function env(name, fallback) {
  return process.env[name] || fallback;
}

/** Read a comma-separated setting from the environment. */
function envList(name, fallback) {
  return env(name, fallback).split(',').map((item) => item.trim()).filter(Boolean);
}

/** Set up one live session and one that has run out. */
function loadSessions() {
  const now = Date.now();
  return new Map([
    [
      env('MX_EXPIRED_SESSION_TOKEN', 'session-expired-0123456789ab'),
      { userGuid: USER_GUID, lastCall: now - 2 * SESSION_MILLISECONDS },
    ],
    [env('MX_SESSION_TOKEN', 'session-valid-0123456789abcdef'), { userGuid: USER_GUID, lastCall: now }],
  ]);
}

/** Set up the institution with credentials and those with OAuth. */
function loadInstitutions() {
  const oauthGuids = envList(
    'MX_OAUTH_INSTITUTION_GUID',
    'INS-f1a3285d-e855-b61f-6aa7-8ae575c0e0e9,INS-2b1bd3b5-54f1-4f0e-90f4-5d2a10f05b2e,' +
      'INS-9d2f8a3c-7a57-44d0-9d7e-b1b5a6a0c1ef,INS-0c7dbb8c-22f0-4c0a-8fd1-6a8f1ef9a5d3,' +
      'INS-66aa6a08-2e63-4d24-8a0b-4cf6ea1de6f7,INS-7f3e0a9e-4a1e-4ff0-b2c6-1d4c1e3f7a11',
  );
  const all = oauthGuids.map((guid, index) => ({
    guid,
    code: `oauth_bank_${index + 1}`,
    name: `OAuth Bank ${index + 1}`,
    credentialGuids: [],
    supportsOauth: true,
  }));
  all.push({
    guid: env('MX_INSTITUTION_GUID', 'INS-1572a04c-912b-59bf-5841-332c7dfafaef'),
    code: 'chase',
    name: env('MX_INSTITUTION_NAME', 'Chase Bank'),
    credentialGuids: envList(
      'MX_CREDENTIAL_GUIDS',
      'CRD-27d0edb8-1d50-5b90-bcbc-be270ca42b9f,CRD-1ec152cd-e628-e81a-e852-d1e7104624da',
    ),
    supportsOauth: false,
  });
  return new Map(all.map((institution) => [institution.guid, institution]));
}

const sessions = loadSessions();
const institutions = loadInstitutions();
const members = new Map();
const pendingWindows = new Map();
const webhooks = [];

/** Find the caller's session and restart its 30 minutes. */
function authenticate(req, res, next) {
  const token = req.get('MD-SESSION-TOKEN');
  if (!token) throw new ApiError(401, 4010, 'MD-SESSION-TOKEN header is missing');
  const session = sessions.get(token);
  if (!session) throw new ApiError(401, 4010, 'Session token is invalid');
  if (Date.now() - session.lastCall > SESSION_MILLISECONDS) {
    throw new ApiError(401, 4011, 'Session token has expired');
  }
  session.lastCall = Date.now();
  req.session = session;
  next();
}

/** Tell whether a value is a JSON object. */
function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Refuse parameters of a wrong type. Null counts as absent. */
function checkTypes(member) {
  const flags = ['is_oauth', 'skip_aggregation', 'skip_webhook', 'background_aggregation_is_disabled'];
  const texts = ['institution_guid', 'external_guid', 'metadata', 'name'];
  for (const name of flags) {
    if (member[name] != null && typeof member[name] !== 'boolean') {
      throw new ApiError(400, 4000, `${name} must be a boolean`);
    }
  }
  for (const name of texts) {
    if (member[name] != null && typeof member[name] !== 'string') {
      throw new ApiError(400, 4000, `${name} must be a string`);
    }
  }
  const useCases = member.use_cases;
  if (useCases != null && !(Array.isArray(useCases) && useCases.every((item) => typeof item === 'string'))) {
    throw new ApiError(400, 4000, 'use_cases must be an array of strings');
  }
}

/** Make sure that exactly the credentials the institution requires were sent. */
function checkCredentials(credentials, institution) {
  if (!Array.isArray(credentials) || credentials.length === 0) {
    throw new ApiError(400, 4001, 'credentials are required');
  }
  for (const item of credentials) {
    if (!isObject(item) || typeof item.guid !== 'string' || typeof item.value !== 'string' || !item.value) {
      throw new ApiError(400, 4001, 'each credential needs a guid and a value');
    }
  }
  const sent = new Set(credentials.map((item) => item.guid));
  const complete = institution.credentialGuids.every((guid) => sent.has(guid));
  if (!complete || sent.size !== institution.credentialGuids.length) {
    throw new ApiError(400, 4001, 'credentials are not those the institution requires');
  }
}

/** Find the institution and check that the member can be made there. */
function findInstitution(member) {
  if (!member.institution_guid) throw new ApiError(400, 4000, 'institution_guid is required');
  const institution = institutions.get(member.institution_guid);
  if (!institution) throw new ApiError(422, 4220, 'institution_guid is unknown');
  if (!member.is_oauth) {
    checkCredentials(member.credentials, institution);
  } else if (!institution.supportsOauth) {
    throw new ApiError(400, 4002, 'institution does not support OAuth');
  }
  return institution;
}

/** Make a new member before anything has happened to it. */
function buildMember(wanted, institution, session) {
  return {
    aggregated_at: null,
    background_aggregation_is_disabled: wanted.background_aggregation_is_disabled ?? false,
    connection_status: 'CREATED',
    external_guid: wanted.external_guid ?? null,
    guid: `MBR-${randomUUID()}`,
    institution_code: institution.code,
    institution_guid: institution.guid,
    is_being_aggregated: false,
    is_managed_by_user: false,
    is_oauth: false,
    is_user_created: true,
    most_recent_job_guid: null,
    metadata: wanted.metadata ?? null,
    name: wanted.name || institution.name,
    successfully_aggregated_at: null,
    use_cases: wanted.use_cases ?? ['PFM'],
    user_guid: session.userGuid,
  };
}

/** Fetch accounts and transactions; there are none, so it is done at once. */
function aggregate(member) {
  const now = new Date();
  member.most_recent_job_guid = `JOB-${randomUUID()}`;
  member.aggregated_at = now;
  member.successfully_aggregated_at = now;
  member.connection_status = 'CONNECTED';
}

/** Let the member wait for its end user behind a one-time address. */
function openOauthWindow(member) {
  const token = randomUUID();
  pendingWindows.set(token, member.guid);
  member.is_oauth = true;
  member.connection_status = 'PENDING';
  member.oauth_window_uri = `${PUBLIC_URL}/oauth/predirect_to/${token}`;
}

/** Queue the webhook about a new member unless the caller does not want it. */
function announce(member, wanted, req) {
  if (wanted.skip_webhook || req.get('MX-Skip-Webhook') === 'true') return;
  webhooks.push({ type: 'MEMBER', action: 'CREATED', member_guid: member.guid });
  if (webhooks.length > 1000) webhooks.shift();
}

/** Create a standard or an OAuth member. */
function createMember(req, res) {
  const wanted = req.body?.member;
  if (!isObject(wanted)) throw new ApiError(400, 4000, 'member must be an object');
  checkTypes(wanted);
  const institution = findInstitution(wanted);
  const member = buildMember(wanted, institution, req.session);
  if (wanted.is_oauth) {
    openOauthWindow(member);
  } else if (!wanted.skip_aggregation) {
    aggregate(member);
  }
  members.set(member.guid, member);
  announce(member, wanted, req);
  res.type(MEDIA_TYPE).json({ member });
}

/** Send the end user to the OAuth application, once. */
function predirect(req, res) {
  if (!pendingWindows.delete(req.params.token)) return res.sendStatus(410);
  res.redirect(`${OAUTH_APPLICATION}?state=${encodeURIComponent(req.params.token)}`);
}

/** Answer an error as JSON. Express takes this for an error handler by its four parameters. */
function showError(err, req, res, next) {
  if (res.headersSent) return next(err);
  const status = err.status ?? 500;
  const code = err instanceof ApiError ? err.code : status * 10;
  const message = status < 500 ? err.message : 'Internal Server Error';
  res.status(status).json({ error: { code, message } });
}

/** Take the port from `--port N`, or else from the environment. */
function readPort() {
  const index = process.argv.indexOf('--port');
  return Number(index >= 0 ? process.argv[index + 1] : process.env.PORT || 3000);
}

const app = express();
app.use(express.json({ type: ['application/json', MEDIA_TYPE] }));
app.post('/members', authenticate, createMember);
app.get('/oauth/predirect_to/:token', predirect);
app.use(showError);
app.listen(readPort(), '127.0.0.1');
