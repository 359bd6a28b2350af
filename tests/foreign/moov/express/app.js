"use strict";

/**
 * Moov's "Share account connection" operation, written with Express.
 *
 * One route, POST /accounts/{accountID}/connections. Connections live in memory; sharing again with the same
 * principal adds the new scopes to the connection that is already there. The 201 carries the connection.
 */

const { randomUUID } = require("node:crypto");
const { parseArgs } = require("node:util");
const express = require("express");

const SCOPES = [
  "accounts.read", "accounts.write", "analytics.read", "apple-pay-merchant.read", "apple-pay-merchant.write",
  "apple-pay.read", "apple-pay.write", "bank-accounts.read", "bank-accounts.write", "capabilities.read",
  "capabilities.write", "cards.read", "cards.write", "documents.read", "documents.write", "fed.read", "files.read",
  "files.write", "issued-cards.read", "issued-cards.write", "issued-cards.read-secure", "payment-methods.read",
  "ping.read", "profile-enrichment.read", "profile.read", "profile.write", "profile.disconnect",
  "representatives.read", "representatives.write", "transfers.read", "transfers.write", "wallets.read",
];
const DEFAULT_VERSION = "v2024.01.00";
const SUPPORTED_VERSIONS = [
  DEFAULT_VERSION, "v2024.07.00", "v2025.01.00", "v2025.07.00", "v2026.01.00", "v2026.07.00",
];
const VERSION_FORMAT = /^v[0-9]{4}\.(01|04|07|10)\.[0-9]{2}$/;
const REQUESTS_PER_SECOND = 200;

const env = process.env;
const accountID = env.MOOV_ACCOUNT_ID || "456cb5b6-20dc-4585-97b4-745d013adb1f";
const forbiddenAccountID = env.MOOV_FORBIDDEN_ACCOUNT_ID || "7d3c1a52-93d5-4a0e-9c1b-0f6f6a4f1b77";
const principalAccountIDs = (
  env.MOOV_PRINCIPAL_ACCOUNT_ID ||
  "c520f1b9-0ba7-42f5-b977-248cdbe41c69,0a6d2f0e-6a55-4a39-8f4c-2f6d2f5b8f10,5b1b8a38-58f4-4d2e-9f43-6b6f5ffb0a9d"
).split(",").map((id) => id.trim()).filter(Boolean);

/** All accounts that exist. */
const accounts = new Set([accountID, forbiddenAccountID, ...principalAccountIDs]);

/** The account each valid token, or pair of keys, may share connections of. */
const tokens = new Map([
  [env.MOOV_TOKEN || "tok-valid-0123456789abcdef", accountID],
  [env.MOOV_FORBIDDEN_TOKEN || "tok-forbidden-0123456789ab", forbiddenAccountID],
]);
const keys = new Map([[env.MOOV_BASIC_CREDENTIALS || "public-key-1:secret-key-1", accountID]]);
const expiredTokens = new Set([env.MOOV_EXPIRED_TOKEN || "tok-expired-0123456789abcd"]);

/** Scopes by subject and principal. */
const connections = new Map();

/** Requests of the current second by client and account. */
let rateWindow = { second: 0, counts: new Map() };

/** Gives every response the identifier that traces its request. */
function addRequestID(req, res, next) {
  res.set("X-Request-ID", randomUUID());
  next();
}

/** Returns the account the Authorization header gives permission on, or undefined. */
function permittedAccount(authorization = "") {
  const [scheme, credentials = ""] = authorization.split(" ");
  switch (scheme.toLowerCase()) {
    case "bearer":
      return expiredTokens.has(credentials) ? undefined : tokens.get(credentials);
    case "basic":
      return keys.get(Buffer.from(credentials, "base64").toString("utf8"));
    default:
      return undefined;
  }
}

/** Refuses callers without valid credentials by 401. */
function authenticate(req, res, next) {
  req.permittedAccount = permittedAccount(req.get("Authorization"));
  if (!req.permittedAccount) {
    return res.status(401).set("WWW-Authenticate", 'Bearer realm="moov", Basic realm="moov"').end();
  }
  next();
}

/** Resolves X-Moov-Version to the newest supported version that is not newer, and names it in the response. */
function resolveVersion(req, res, next) {
  let requested = req.get("X-Moov-Version") || DEFAULT_VERSION;
  if (requested === "latest") requested = SUPPORTED_VERSIONS.at(-1);
  if (!VERSION_FORMAT.test(requested) || requested < SUPPORTED_VERSIONS[0]) {
    return res.status(400).json({ error: "X-Moov-Version is not a version of this API" });
  }
  res.set("X-Moov-Version", SUPPORTED_VERSIONS.filter((version) => version <= requested).at(-1));
  next();
}

/** Refuses accounts that do not exist by 404 and accounts of others by 403. */
function authorize(req, res, next) {
  if (!accounts.has(req.params.accountID)) return res.status(404).end();
  if (req.params.accountID !== req.permittedAccount) return res.status(403).end();
  next();
}

/** Limits the requests of a client for an account in one second. */
function limitRate(req, res, next) {
  const second = Math.floor(Date.now() / 1000);
  if (rateWindow.second !== second) rateWindow = { second, counts: new Map() };
  const key = `${req.ip} ${req.params.accountID}`;
  const count = (rateWindow.counts.get(key) || 0) + 1;
  rateWindow.counts.set(key, count);
  if (count > REQUESTS_PER_SECOND) return res.status(429).end();
  next();
}

/** Returns what is wrong with allowScopes by the index of the element. */
function validateScopes(allowScopes) {
  if (allowScopes === undefined || allowScopes === null) return {};
  if (!Array.isArray(allowScopes)) return { 0: "allowScopes must be an array" };
  const errors = {};
  allowScopes.forEach((scope, index) => {
    if (!SCOPES.includes(scope)) errors[index] = "must be a valid scope";
  });
  return errors;
}

/** Returns the documented map of invalid fields, empty if the body is valid. */
function validateShare({ principalAccountID, allowScopes }, subjectAccountID) {
  const errors = {};
  if (principalAccountID === undefined || principalAccountID === null || principalAccountID === "") {
    errors.principalAccountID = "cannot be blank";
  } else if (typeof principalAccountID !== "string") {
    errors.principalAccountID = "must be a string";
  } else if (principalAccountID === subjectAccountID) {
    errors.principalAccountID = "must differ from the account that shares";
  }
  const scopeErrors = validateScopes(allowScopes);
  if (Object.keys(scopeErrors).length > 0) errors.allowScopes = scopeErrors;
  return errors;
}

/** Creates the connection, or adds the scopes to the existing one. */
function share(subjectAccountID, principalAccountID, scopes) {
  const key = `${subjectAccountID} ${principalAccountID}`;
  const shared = new Set([...(connections.get(key) || []), ...scopes]);
  connections.set(key, shared);
  return { principalAccountID, subjectAccountID, scopes: [...shared] };
}

/** Shares scopes of the account in the path with the principal account in the body. */
function shareConnection(req, res) {
  if (req.body === undefined) {
    return res.status(400).json({ error: "the request needs a body of type application/json" });
  }
  const subjectAccountID = req.params.accountID;
  const errors = validateShare(req.body, subjectAccountID);
  if (Object.keys(errors).length > 0) return res.status(422).json(errors);

  const { principalAccountID, allowScopes } = req.body;
  if (!accounts.has(principalAccountID)) return res.status(404).end();
  const scopes = allowScopes?.length ? allowScopes : SCOPES;
  res.status(201).json(share(subjectAccountID, principalAccountID, scopes));
}

/** Shapes unreadable requests and unexpected errors as documented; Express answers the rest (413, 415). */
function handleError(err, req, res, next) {
  if (res.headersSent) return next(err);
  const status = err.status || 500;
  if (status === 400) return res.status(400).json({ error: err.message });
  if (status >= 500) return res.status(500).end();
  next(err);
}

const app = express();
app.use(addRequestID);
app.use(express.json());
app.post("/accounts/:accountID/connections", authenticate, resolveVersion, authorize, limitRate, shareConnection);
app.use(handleError);

const { values } = parseArgs({ options: { port: { type: "string", default: env.PORT || "3000" } } });
app.listen(Number(values.port), "127.0.0.1");
