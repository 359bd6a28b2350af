/**
 * Persona's connections API as an Express application.
 *
 * Run it with `node app.js --port 8000`. All state lives in memory.
 */
const crypto = require('node:crypto');
const { parseArgs } = require('node:util');
const express = require('express');

const API_KEY = process.env.PERSONA_API_KEY || 'persona_sandbox_valid-0123456789ab';
const READ_ONLY_API_KEY = process.env.PERSONA_FORBIDDEN_API_KEY || 'persona_sandbox_forbidden-01234567';
const ORGANIZATION_ID = process.env.PERSONA_ORGANIZATION_ID || 'org_ABC123';
const DESTINATION_IDS = (process.env.PERSONA_DESTINATION_ORGANIZATION_ID || 'org_XYZ789,org_XYZ790,org_XYZ791')
  .split(',')
  .map((name) => name.trim());
const ENVIRONMENT_ID = 'env_Sandbox0000000000000001';

const RATE_LIMIT = Number(process.env.PERSONA_RATE_LIMIT || 3000);
const RATE_WINDOW_MS = 60 * 1000;
const IDEMPOTENCY_MS = 24 * 60 * 60 * 1000;
const MAX_PAGE_SIZE = 100;

const CONNECTION_TYPE = 'connect/connection';
const INFLECTIONS = ['camel', 'kebab', 'snake'];
const VERSIONS = [
  '2025-12-08',
  '2025-10-27',
  '2023-01-05',
  '2022-09-01',
  '2021-08-18',
  '2021-07-05',
  '2021-02-21',
  '2020-05-18',
];

/** Connections by id, in order of creation. */
const connections = new Map();
/** First answers by API key and idempotency key. */
const savedAnswers = new Map();
/** Start of the window and number of requests in it, by API key. */
const rateWindows = new Map();

/** An error the API answers in its own shape. */
class ApiError extends Error {
  constructor(status, title, details) {
    super(title);
    this.status = status;
    this.body = { errors: [{ title, details }] };
  }
}

// --- What happens before every operation --------------------------------------------------------

/** Give every answer a request id. */
function addRequestId(req, res, next) {
  res.set('Request-Id', `req_${crypto.randomUUID().replaceAll('-', '')}`);
  next();
}

/** Compare two secrets in constant time. */
function same(left, right) {
  const digest = (text) => crypto.createHash('sha256').update(text).digest();
  return crypto.timingSafeEqual(digest(left), digest(right));
}

/** Demand a known API key in the Authorization header. */
function authenticate(req, res, next) {
  const [, token] = /^bearer +(\S+)\s*$/i.exec(req.get('Authorization') || '') || [];
  if (!token || !(same(token, API_KEY) || same(token, READ_ONLY_API_KEY))) {
    res.set('WWW-Authenticate', 'Bearer');
    throw new ApiError(
      401,
      'Must be authenticated to access this endpoint',
      'Send a valid API key as a Bearer token in the Authorization header.',
    );
  }
  req.apiKey = token;
  res.set({ 'Persona-Organization-Id': ORGANIZATION_ID, 'Persona-Environment-Id': ENVIRONMENT_ID });
  next();
}

/** Count the request and refuse it when the key has used up its minute. */
function limitRate(req, res, next) {
  const now = Date.now();
  let window = rateWindows.get(req.apiKey);
  if (!window || now - window.start >= RATE_WINDOW_MS) {
    window = { start: now, count: 0 };
    rateWindows.set(req.apiKey, window);
  }
  window.count += 1;
  const reset = Math.max(1, Math.round((RATE_WINDOW_MS - (now - window.start)) / 1000));
  res.set({
    'RateLimit-Limit': String(RATE_LIMIT),
    'RateLimit-Remaining': String(Math.max(0, RATE_LIMIT - window.count)),
    'RateLimit-Reset': String(reset),
  });
  if (window.count > RATE_LIMIT) {
    res.set('Retry-After', String(reset));
    throw new ApiError(429, 'Too many requests', 'The rate limit of this API key is used up.');
  }
  next();
}

/** Validate the headers that choose casing and version. */
function checkHeaders(req, res, next) {
  req.inflection = req.get('Key-Inflection') || 'kebab';
  if (!INFLECTIONS.includes(req.inflection)) {
    throw new ApiError(400, 'Bad request', 'Key-Inflection must be one of camel, kebab and snake.');
  }
  if (!VERSIONS.includes(req.get('Persona-Version') || VERSIONS[0])) {
    throw new ApiError(400, 'Bad request', 'Persona-Version is not a known version.');
  }
  next();
}

/** Refuse keys that may only read. */
function requireWritePermission(req, res, next) {
  if (req.apiKey === READ_ONLY_API_KEY) {
    throw new ApiError(403, 'Forbidden', 'This API key is not permitted to change connections.');
  }
  next();
}

/**
 * Wrap an operation so that it runs once per Idempotency-Key and repeats its first answer afterwards.
 * An operation takes the request and returns the status and the body of its answer.
 */
function idempotent(operation) {
  return (req, res) => {
    const key = req.get('Idempotency-Key');
    if (!key) {
      const { status, body } = operation(req);
      res.status(status).json(body);
      return;
    }
    const id = JSON.stringify([req.apiKey, key]);
    const fingerprint = crypto
      .createHash('sha256')
      .update(`${req.originalUrl}\n`)
      .update(req.rawBody || '')
      .digest('hex');
    let saved = savedAnswers.get(id);
    if (!saved || Date.now() - saved.savedAt >= IDEMPOTENCY_MS) {
      saved = { savedAt: Date.now(), fingerprint, ...runToAnswer(operation, req) };
      savedAnswers.set(id, saved);
    } else if (saved.fingerprint !== fingerprint) {
      throw new ApiError(400, 'Idempotency error', 'This Idempotency-Key was used with different parameters.');
    }
    res.status(saved.status).json(saved.body);
  };
}

/** Run an operation and turn its refusals into answers. */
function runToAnswer(operation, req) {
  try {
    return operation(req);
  } catch (error) {
    if (error instanceof ApiError) return { status: error.status, body: error.body };
    throw error;
  }
}

// --- Reading requests and writing answers -------------------------------------------------------

/** Tell whether a value is a JSON object. */
function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Take the destination organization out of the request's body. */
function readDestination(body) {
  const attributes = isObject(body) && isObject(body.data) ? body.data.attributes : undefined;
  if (!isObject(attributes)) {
    throw new ApiError(422, 'Unprocessable entity', 'data.attributes must be an object.');
  }
  const destination =
    attributes['destination-organization-id'] ??
    attributes.destination_organization_id ??
    attributes.destinationOrganizationId;
  if (typeof destination !== 'string') {
    throw new ApiError(422, 'Unprocessable entity', 'destination-organization-id must be a string.');
  }
  return destination;
}

/** Write a name in any of the three casings in kebab case. */
function kebab(name) {
  return name.replace(/([a-z])([A-Z])/g, '$1-$2').replaceAll('_', '-').toLowerCase();
}

/** Write a kebab-case name in another casing. */
function inflect(name, inflection) {
  if (inflection === 'snake') return name.replaceAll('-', '_');
  if (inflection === 'camel') return name.replace(/-(.)/g, (match, letter) => letter.toUpperCase());
  return name;
}

/** Show a connection with the casing and the attributes the request asks for. */
function serialize(connection, req) {
  let attributes = Object.entries(connection.attributes);
  const fields = req.query.fields?.[CONNECTION_TYPE];
  if (typeof fields === 'string' || Array.isArray(fields)) {
    const wanted = String(fields)
      .split(',')
      .map((name) => kebab(name.trim()));
    attributes = attributes.filter(([name]) => wanted.includes(name));
  }
  return {
    type: CONNECTION_TYPE,
    id: connection.id,
    attributes: Object.fromEntries(attributes.map(([name, value]) => [inflect(name, req.inflection), value])),
  };
}

/** Look a connection up by its id. */
function findConnection(id) {
  const connection = connections.get(id);
  if (!connection) throw new ApiError(404, 'Record not found', 'There is no connection with this id.');
  return connection;
}

// --- Operations ---------------------------------------------------------------------------------

/** Create a pending connection to a destination organization. */
function createConnection(req) {
  const destination = readDestination(req.body);
  if (!DESTINATION_IDS.includes(destination)) {
    throw new ApiError(422, 'Unprocessable entity', 'The destination organization does not exist.');
  }
  for (const { attributes } of connections.values()) {
    if (attributes['destination-organization-id'] === destination) {
      throw new ApiError(409, 'Conflict', 'A connection to this organization exists already.');
    }
  }
  const now = new Date().toISOString();
  const connection = {
    id: `cxn_${crypto.randomBytes(12).toString('hex')}`,
    attributes: {
      status: 'pending',
      'destination-organization-id': destination,
      'source-organization-id': ORGANIZATION_ID,
      'created-at': now,
      'updated-at': now,
    },
  };
  connections.set(connection.id, connection);
  return { status: 201, body: { data: serialize(connection, req) } };
}

/** List the connections, newest first, a page at a time. */
function listConnections(req, res) {
  const page = isObject(req.query.page) ? req.query.page : {};
  const size = Number(page.size ?? 10);
  if (!Number.isInteger(size) || size < 1 || size > MAX_PAGE_SIZE) {
    throw new ApiError(400, 'Bad request', `page[size] must be between 1 and ${MAX_PAGE_SIZE}.`);
  }
  const newestFirst = [...connections.values()].reverse();
  const indexOf = (id) => {
    const index = newestFirst.findIndex((connection) => connection.id === id);
    if (index < 0) throw new ApiError(400, 'Bad request', 'The page cursor is not the id of a connection.');
    return index;
  };
  let start = 0;
  let end = size;
  if (page.after) {
    start = indexOf(page.after) + 1;
    end = start + size;
  } else if (page.before) {
    end = indexOf(page.before);
    start = Math.max(0, end - size);
  }
  const shown = newestFirst.slice(start, end);
  const link = (name, id) => `${req.baseUrl}?${new URLSearchParams({ [`page[${name}]`]: id, 'page[size]': size })}`;
  res.json({
    data: shown.map((connection) => serialize(connection, req)),
    links: {
      prev: shown.length && start > 0 ? link('before', shown[0].id) : null,
      next: shown.length && end < newestFirst.length ? link('after', shown.at(-1).id) : null,
    },
  });
}

/** Show one connection. */
function retrieveConnection(req, res) {
  res.json({ data: serialize(findConnection(req.params.id), req) });
}

/** Make a connection inactive. */
function deactivateConnection(req) {
  const connection = findConnection(req.params.id);
  if (connection.attributes.status === 'inactive') {
    throw new ApiError(409, 'Conflict', 'The connection is inactive already.');
  }
  setStatus(connection, 'inactive');
  return { status: 200, body: { data: serialize(connection, req) } };
}

/** Make an inactive connection pending again. */
function reactivateConnection(req) {
  const connection = findConnection(req.params.id);
  if (connection.attributes.status !== 'inactive') {
    throw new ApiError(409, 'Conflict', 'Only an inactive connection can be reactivated.');
  }
  setStatus(connection, 'pending');
  return { status: 200, body: { data: serialize(connection, req) } };
}

/** Move a connection to another stage of its life. */
function setStatus(connection, status) {
  connection.attributes.status = status;
  connection.attributes['updated-at'] = new Date().toISOString();
}

// --- Application --------------------------------------------------------------------------------

/** Keep the bytes of a body for the fingerprint of a request. */
function keepRawBody(req, res, buffer) {
  req.rawBody = buffer;
}

/** Answer errors in the API's shape; leave what nobody thought of to Express. */
function handleError(error, req, res, next) {
  if (error instanceof ApiError) {
    res.status(error.status).json(error.body);
  } else if (error.type === 'entity.parse.failed') {
    res.status(400).json({ errors: [{ title: 'Bad request', details: 'The request body is not valid JSON.' }] });
  } else {
    next(error);
  }
}

const router = express.Router();
router.use(authenticate, limitRate, checkHeaders);
router.get('/', listConnections);
router.post('/', requireWritePermission, idempotent(createConnection));
router.get('/:id', retrieveConnection);
router.post('/:id/deactivate', requireWritePermission, idempotent(deactivateConnection));
router.post('/:id/reactivate', requireWritePermission, idempotent(reactivateConnection));

const app = express();
app.set('query parser', 'extended');
app.use(addRequestId);
app.use(express.json({ verify: keepRawBody }));
app.use('/api/v1/connect/connections', router);
app.use(handleError);

const { values } = parseArgs({ options: { port: { type: 'string', default: process.env.PORT || '8000' } } });
app.listen(Number(values.port), '127.0.0.1');
