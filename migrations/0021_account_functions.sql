-- People sign in before it is known in which tenant, and may belong to several. What crosses tenants here is found by the hash of a
-- secret (of a session, a link, an invitation), by the hash of a password as it was read before, or by what a provider has vouched for;
-- never by somebody's id.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['accounts', 'external_identities', 'known_devices', 'sign_in_attempts', 'invitations'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY of_owner ON %I TO %I USING (true) WITH CHECK (true)', name, current_user);
  END LOOP;
END $$;--> statement-breakpoint
CREATE POLICY of_tenant ON invitations TO skein_app USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());--> statement-breakpoint
CREATE POLICY of_tenant ON accounts FOR SELECT TO skein_app
  USING (EXISTS (SELECT FROM members WHERE members.tenant_id = current_tenant() AND members.user_id = accounts.user_id));--> statement-breakpoint
GRANT SELECT, INSERT ON invitations TO skein_app;--> statement-breakpoint
GRANT UPDATE (revoked_at) ON invitations TO skein_app;--> statement-breakpoint
GRANT SELECT (user_id, email, email_verified_at) ON accounts TO skein_app;--> statement-breakpoint

-- As before, and it notes to the minute that the session is in use.
CREATE OR REPLACE FUNCTION resolve_session(p_token_hash bytea)
RETURNS TABLE (tenant_id uuid, user_id uuid, session_id uuid, role text, name text, expires_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  UPDATE sessions s SET seen_at = clock_timestamp()
  WHERE s.token_hash = p_token_hash AND s.revoked_at IS NULL AND s.expires_at > clock_timestamp()
    AND (s.seen_at IS NULL OR s.seen_at < clock_timestamp() - interval '1 minute');
  RETURN QUERY SELECT s.tenant_id, s.user_id, s.id, m.role, u.name, s.expires_at
  FROM sessions s
  JOIN members m ON m.tenant_id = s.tenant_id AND m.user_id = s.user_id
  JOIN users u ON u.id = s.user_id
  WHERE s.token_hash = p_token_hash AND s.revoked_at IS NULL AND s.expires_at > clock_timestamp();
END $$;--> statement-breakpoint

CREATE FUNCTION recognise_access_token(p_token_hash bytea)
RETURNS TABLE (tenant_id uuid, user_id uuid, token_id uuid, role text, name text, scopes json)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  UPDATE access_tokens a SET last_used_at = clock_timestamp()
  WHERE a.token_hash = p_token_hash AND a.revoked_at IS NULL AND (a.expires_at IS NULL OR a.expires_at > clock_timestamp())
    AND (a.last_used_at IS NULL OR a.last_used_at < clock_timestamp() - interval '1 minute');
  RETURN QUERY SELECT a.tenant_id, a.user_id, a.id, m.role, u.name, array_to_json(a.scopes)
  FROM access_tokens a
  JOIN members m ON m.tenant_id = a.tenant_id AND m.user_id = a.user_id
  JOIN users u ON u.id = a.user_id
  WHERE a.token_hash = p_token_hash AND a.revoked_at IS NULL AND (a.expires_at IS NULL OR a.expires_at > clock_timestamp());
END $$;--> statement-breakpoint

-- As a node calls it that knows no scopes: it is told of no token that has less than all of them.
CREATE OR REPLACE FUNCTION resolve_access_token(p_token_hash bytea)
RETURNS TABLE (tenant_id uuid, user_id uuid, token_id uuid, role text, name text)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT r.tenant_id, r.user_id, r.token_id, r.role, r.name FROM recognise_access_token(p_token_hash) r
  WHERE (SELECT count(DISTINCT scope) FROM json_array_elements_text(r.scopes) AS scope) = 4
$$;--> statement-breakpoint

-- Of (type, tenant, id, role) of the credentials by which connections are open: those that have ended, and those whose owner has
-- another role by now.
CREATE FUNCTION stale_credentials(p_open json) RETURNS TABLE (id uuid, change text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT o.id, CASE WHEN m.role IS NULL THEN 'ended' ELSE 'role' END
  FROM (SELECT e ->> 0 AS type, (e ->> 1)::uuid AS tenant_id, (e ->> 2)::uuid AS id, e ->> 3 AS role FROM json_array_elements(p_open) e) o
  LEFT JOIN sessions s ON o.type = 'session' AND s.tenant_id = o.tenant_id AND s.id = o.id
    AND s.revoked_at IS NULL AND s.expires_at > clock_timestamp()
  LEFT JOIN access_tokens a ON o.type = 'accessToken' AND a.tenant_id = o.tenant_id AND a.id = o.id
    AND a.revoked_at IS NULL AND (a.expires_at IS NULL OR a.expires_at > clock_timestamp())
  LEFT JOIN members m ON m.tenant_id = o.tenant_id AND m.user_id = coalesce(s.user_id, a.user_id)
  WHERE m.role IS DISTINCT FROM o.role
$$;--> statement-breakpoint

-- Links that are for something else open no session.
CREATE OR REPLACE FUNCTION redeem_sign_in_link(p_token_hash bytea, p_session_id uuid, p_session_hash bytea, p_session_seconds double precision,
  p_user_agent text)
RETURNS TABLE (outcome text, tenant_id uuid, user_id uuid, expires_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH spent AS (
    UPDATE sign_in_links l SET redeemed_at = clock_timestamp()
    WHERE l.token_hash = p_token_hash AND l.purpose = 'signIn' AND l.redeemed_at IS NULL AND l.expires_at > clock_timestamp()
    RETURNING l.tenant_id, l.user_id
  )
  INSERT INTO sessions AS s (tenant_id, id, user_id, token_hash, user_agent, expires_at)
  SELECT spent.tenant_id, p_session_id, spent.user_id, p_session_hash, p_user_agent,
    clock_timestamp() + make_interval(secs => p_session_seconds) FROM spent
  RETURNING 'redeemed', s.tenant_id, s.user_id, s.expires_at;
  IF NOT FOUND THEN
    RETURN QUERY SELECT CASE WHEN l.redeemed_at IS NULL THEN 'expired' ELSE 'spent' END, NULL::uuid, NULL::uuid, NULL::timestamptz
    FROM sign_in_links l WHERE l.token_hash = p_token_hash AND l.purpose = 'signIn';
  END IF;
END $$;--> statement-breakpoint

-- Below, `p_session` says {id, tokenHash (hex), seconds, userAgent} of the session to be opened, and an answer is its outcome and, where
-- a session was opened, whose it is. `ended`: the sessions that ended with it.

-- In the tenant that is named, else where the person was last, else where they have belonged longest. Empty: nowhere.
CREATE FUNCTION open_session(p_user uuid, p_tenant uuid, p_session json)
RETURNS TABLE (tenant_id uuid, user_id uuid, session_id uuid)
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp
AS $$
  INSERT INTO sessions AS s (tenant_id, id, user_id, token_hash, user_agent, expires_at)
  SELECT m.tenant_id, (p_session ->> 'id')::uuid, m.user_id, decode(p_session ->> 'tokenHash', 'hex'), p_session ->> 'userAgent',
    clock_timestamp() + make_interval(secs => (p_session ->> 'seconds')::double precision)
  FROM members m
  WHERE m.user_id = p_user AND (p_tenant IS NULL OR m.tenant_id = p_tenant)
  ORDER BY (SELECT max(l.created_at) FROM sessions l WHERE l.tenant_id = m.tenant_id AND l.user_id = m.user_id) DESC NULLS LAST,
    m.created_at, m.tenant_id
  LIMIT 1
  RETURNING s.tenant_id, s.user_id, s.id
$$;--> statement-breakpoint

-- The person's sessions in all tenants, but for one.
CREATE FUNCTION end_sessions_of(p_user uuid, p_but uuid) RETURNS json
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp
AS $$
  WITH ended AS (
    UPDATE sessions s SET revoked_at = clock_timestamp()
    WHERE s.user_id = p_user AND s.id IS DISTINCT FROM p_but AND s.revoked_at IS NULL AND s.expires_at > clock_timestamp()
    RETURNING s.id
  )
  SELECT coalesce(json_agg(id), '[]') FROM ended
$$;--> statement-breakpoint

-- Whose session this is. Empty: it opens no door.
CREATE FUNCTION holder_of(p_session_hash bytea) RETURNS TABLE (tenant_id uuid, user_id uuid, session_id uuid)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT s.tenant_id, s.user_id, s.id FROM sessions s
  WHERE s.token_hash = p_session_hash AND s.revoked_at IS NULL AND s.expires_at > clock_timestamp()
$$;--> statement-breakpoint

-- `known_device`: this person has signed in with this browser before.
CREATE FUNCTION find_account(p_email_key text, p_device_hash bytea) RETURNS TABLE (password_hash text, known_device boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT a.password_hash, EXISTS (SELECT FROM known_devices d WHERE d.user_id = a.user_id AND d.token_hash = p_device_hash)
  FROM accounts a WHERE a.email_key = p_email_key
$$;--> statement-breakpoint

-- `p_password_hash`: what `find_account` gave, against which the password was right. The lock lets no sign-in slip past a change of the
-- password: it is either seen by the change, and ended, or finds another hash.
CREATE FUNCTION sign_in_by_password(p_email_key text, p_password_hash text, p_device_hash bytea, p_session json)
RETURNS TABLE (outcome text, tenant_id uuid, user_id uuid, session_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  person uuid;
BEGIN
  SELECT a.user_id INTO person FROM accounts a WHERE a.email_key = p_email_key AND a.password_hash = p_password_hash FOR SHARE;
  IF person IS NULL THEN
    RETURN;
  END IF;
  RETURN QUERY SELECT 'signedIn', o.* FROM open_session(person, NULL, p_session) o;
  IF NOT FOUND THEN
    RETURN QUERY SELECT 'noTenant', NULL::uuid, NULL::uuid, NULL::uuid;
    RETURN;
  END IF;
  INSERT INTO known_devices (user_id, token_hash) VALUES (person, p_device_hash)
    ON CONFLICT (user_id, token_hash) DO UPDATE SET seen_at = clock_timestamp();
END $$;--> statement-breakpoint

-- By what a provider says. Somebody of whom it has not spoken before is connected to an account only by an address of which a provider
-- has vouched for both: that of the account, and the one it now names.
CREATE FUNCTION sign_in_by_identity(p_issuer text, p_subject text, p_verified_email_key text, p_session json)
RETURNS TABLE (outcome text, tenant_id uuid, user_id uuid, session_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  person uuid;
  verified timestamptz;
BEGIN
  SELECT e.user_id INTO person FROM external_identities e WHERE e.issuer = p_issuer AND e.subject = p_subject;
  IF person IS NULL THEN
    SELECT a.user_id, a.email_verified_at INTO person, verified FROM accounts a WHERE a.email_key = p_verified_email_key;
    IF person IS NULL THEN
      RETURN QUERY SELECT 'noAccount', NULL::uuid, NULL::uuid, NULL::uuid;
      RETURN;
    END IF;
    IF verified IS NULL THEN
      RETURN QUERY SELECT 'proofNeeded', NULL::uuid, NULL::uuid, NULL::uuid;
      RETURN;
    END IF;
    INSERT INTO external_identities (issuer, subject, user_id) VALUES (p_issuer, p_subject, person) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
      -- The account is known to this provider as somebody else.
      RETURN QUERY SELECT 'noAccount', NULL::uuid, NULL::uuid, NULL::uuid;
      RETURN;
    END IF;
  END IF;
  RETURN QUERY SELECT 'signedIn', o.* FROM open_session(person, NULL, p_session) o;
  IF NOT FOUND THEN
    RETURN QUERY SELECT 'noTenant', NULL::uuid, NULL::uuid, NULL::uuid;
  END IF;
END $$;--> statement-breakpoint

-- A person who is signed in has proved to the provider too who they are.
CREATE FUNCTION connect_identity(p_session_hash bytea, p_issuer text, p_subject text, p_verified_email_key text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  person uuid := (SELECT h.user_id FROM holder_of(p_session_hash) h);
BEGIN
  IF person IS NULL OR NOT EXISTS (SELECT FROM accounts WHERE user_id = person) THEN
    RETURN 'signedOut';
  END IF;
  INSERT INTO external_identities (issuer, subject, user_id) VALUES (p_issuer, p_subject, person) ON CONFLICT DO NOTHING;
  IF NOT FOUND AND NOT EXISTS (SELECT FROM external_identities WHERE issuer = p_issuer AND subject = p_subject AND user_id = person) THEN
    RETURN 'taken';
  END IF;
  UPDATE accounts SET email_verified_at = clock_timestamp()
    WHERE user_id = person AND email_key = p_verified_email_key AND email_verified_at IS NULL;
  RETURN 'connected';
END $$;--> statement-breakpoint

CREATE FUNCTION has_accounts() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT EXISTS (SELECT FROM accounts) $$;--> statement-breakpoint

-- The first account is the local user's, who keeps tenant, threads and access tokens. `p_account`: {email, emailKey, name, passwordHash}.
CREATE FUNCTION claim_first_owner(p_link_hash bytea, p_account json, p_tenant_name text, p_session json)
RETURNS TABLE (outcome text, tenant_id uuid, user_id uuid, session_id uuid, ended json)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  link record;
  others json;
BEGIN
  -- Of two links that are used together one finds no account.
  LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE;
  IF EXISTS (SELECT FROM accounts) THEN
    RETURN;
  END IF;
  UPDATE sign_in_links l SET redeemed_at = clock_timestamp()
    WHERE l.token_hash = p_link_hash AND l.purpose = 'firstOwner' AND l.redeemed_at IS NULL AND l.expires_at > clock_timestamp()
    RETURNING l.tenant_id, l.user_id INTO link;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  UPDATE users SET name = p_account ->> 'name' WHERE id = link.user_id;
  UPDATE tenants SET name = p_tenant_name WHERE id = link.tenant_id;
  INSERT INTO accounts (user_id, email, email_key, password_hash)
    VALUES (link.user_id, p_account ->> 'email', p_account ->> 'emailKey', p_account ->> 'passwordHash');
  others := end_sessions_of(link.user_id, NULL);
  RETURN QUERY SELECT 'signedIn', o.tenant_id, o.user_id, o.session_id, others FROM open_session(link.user_id, link.tenant_id, p_session) o;
END $$;--> statement-breakpoint

-- Where it can still be accepted.
CREATE FUNCTION read_invitation(p_token_hash bytea) RETURNS TABLE (tenant_name text, role text, invited_by text, expires_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT t.name, i.role, u.name, i.expires_at FROM invitations i JOIN tenants t ON t.id = i.tenant_id JOIN users u ON u.id = i.created_by
  WHERE i.token_hash = p_token_hash AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > clock_timestamp()
$$;--> statement-breakpoint

CREATE FUNCTION spend_invitation(p_token_hash bytea, p_user uuid) RETURNS TABLE (tenant_id uuid, role text)
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp
AS $$
  UPDATE invitations i SET accepted_at = clock_timestamp(), accepted_by = p_user
  WHERE i.token_hash = p_token_hash AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > clock_timestamp()
  RETURNING i.tenant_id, i.role
$$;--> statement-breakpoint

-- `p_account`: as above, with userId, emailVerified, and issuer and subject or null.
CREATE FUNCTION join_as_new(p_token_hash bytea, p_account json, p_session json)
RETURNS TABLE (outcome text, tenant_id uuid, user_id uuid, session_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  person uuid := (p_account ->> 'userId')::uuid;
  place record;
BEGIN
  SELECT s.* INTO place FROM spend_invitation(p_token_hash, person) s;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  INSERT INTO users (id, name) VALUES (person, p_account ->> 'name');
  INSERT INTO accounts (user_id, email, email_key, password_hash, email_verified_at)
    VALUES (person, p_account ->> 'email', p_account ->> 'emailKey', p_account ->> 'passwordHash',
      CASE WHEN (p_account ->> 'emailVerified')::boolean THEN clock_timestamp() END);
  INSERT INTO external_identities (issuer, subject, user_id)
    SELECT p_account ->> 'issuer', p_account ->> 'subject', person WHERE p_account ->> 'issuer' IS NOT NULL;
  INSERT INTO members (tenant_id, user_id, role) VALUES (place.tenant_id, person, place.role);
  RETURN QUERY SELECT 'signedIn', o.* FROM open_session(person, place.tenant_id, p_session) o;
EXCEPTION WHEN unique_violation THEN
  -- The address or the identity has an account. Nothing above has happened.
  RETURN QUERY SELECT 'accountExists', NULL::uuid, NULL::uuid, NULL::uuid;
END $$;--> statement-breakpoint

-- Somebody who has an account joins; the session by which they ask gives way to one in the tenant.
CREATE FUNCTION join_by_session(p_token_hash bytea, p_session_hash bytea, p_session json)
RETURNS TABLE (outcome text, tenant_id uuid, user_id uuid, session_id uuid, ended json)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  holder record;
  place record;
BEGIN
  SELECT h.* INTO holder FROM holder_of(p_session_hash) h JOIN accounts a ON a.user_id = h.user_id;
  IF NOT FOUND THEN
    RETURN QUERY SELECT 'signedOut', NULL::uuid, NULL::uuid, NULL::uuid, NULL::json;
    RETURN;
  END IF;
  -- Who is there already spends no invitation, and keeps their role.
  IF EXISTS (SELECT FROM invitations i JOIN members m ON m.tenant_id = i.tenant_id AND m.user_id = holder.user_id
             WHERE i.token_hash = p_token_hash AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > clock_timestamp()) THEN
    RETURN QUERY SELECT 'alreadyMember', NULL::uuid, NULL::uuid, NULL::uuid, NULL::json;
    RETURN;
  END IF;
  SELECT s.* INTO place FROM spend_invitation(p_token_hash, holder.user_id) s;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  INSERT INTO members (tenant_id, user_id, role) VALUES (place.tenant_id, holder.user_id, place.role) ON CONFLICT DO NOTHING;
  UPDATE sessions s SET revoked_at = clock_timestamp() WHERE s.tenant_id = holder.tenant_id AND s.id = holder.session_id;
  RETURN QUERY SELECT 'signedIn', o.*, json_build_array(holder.session_id) FROM open_session(holder.user_id, place.tenant_id, p_session) o;
END $$;--> statement-breakpoint

CREATE FUNCTION tenants_of(p_session_hash bytea) RETURNS TABLE (tenant_id uuid, name text, role text, current boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT t.id, t.name, m.role, t.id = h.tenant_id FROM holder_of(p_session_hash) h
  JOIN members m ON m.user_id = h.user_id JOIN tenants t ON t.id = m.tenant_id ORDER BY lower(t.name), t.id
$$;--> statement-breakpoint

-- A session belongs to one tenant for good: another tenant is another session, and the browser has one at a time. Empty: the person
-- does not belong to that tenant, or is signed out.
CREATE FUNCTION switch_tenant(p_session_hash bytea, p_tenant uuid, p_session json)
RETURNS TABLE (outcome text, tenant_id uuid, user_id uuid, session_id uuid, ended json)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  holder record;
BEGIN
  SELECT h.* INTO holder FROM holder_of(p_session_hash) h;
  RETURN QUERY SELECT 'signedIn', o.*, json_build_array(holder.session_id) FROM open_session(holder.user_id, p_tenant, p_session) o
    WHERE holder.user_id IS NOT NULL;
  IF FOUND THEN
    UPDATE sessions s SET revoked_at = clock_timestamp() WHERE s.tenant_id = holder.tenant_id AND s.id = holder.session_id;
  END IF;
END $$;--> statement-breakpoint

-- Who owns a tenant may make another. Empty: they do not, or are signed out.
CREATE FUNCTION found_tenant(p_session_hash bytea, p_tenant uuid, p_name text, p_session json)
RETURNS TABLE (outcome text, tenant_id uuid, user_id uuid, session_id uuid, ended json)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  person uuid := (SELECT h.user_id FROM holder_of(p_session_hash) h JOIN accounts a ON a.user_id = h.user_id);
BEGIN
  IF person IS NULL OR NOT EXISTS (SELECT FROM members m WHERE m.user_id = person AND m.role = 'owner') THEN
    RETURN;
  END IF;
  INSERT INTO tenants (id, name) VALUES (p_tenant, p_name);
  INSERT INTO members (tenant_id, user_id, role) VALUES (p_tenant, person, 'owner');
  RETURN QUERY SELECT * FROM switch_tenant(p_session_hash, p_tenant, p_session);
END $$;--> statement-breakpoint

-- The person's sessions that open a door, in all tenants, newest first.
CREATE FUNCTION sessions_of(p_session_hash bytea)
RETURNS TABLE (id uuid, tenant_name text, user_agent text, created_at timestamptz, seen_at timestamptz, expires_at timestamptz, current boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT s.id, t.name, s.user_agent, s.created_at, s.seen_at, s.expires_at, s.id = h.session_id FROM holder_of(p_session_hash) h
  JOIN sessions s ON s.user_id = h.user_id AND s.revoked_at IS NULL AND s.expires_at > clock_timestamp()
  JOIN tenants t ON t.id = s.tenant_id ORDER BY s.id DESC
$$;--> statement-breakpoint

-- One of the person's sessions, by its id, or all but the one by which they ask. Gives the ids of those that ended.
CREATE FUNCTION end_sessions(p_session_hash bytea, p_id text) RETURNS json
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  holder record;
  ended json;
BEGIN
  SELECT h.* INTO holder FROM holder_of(p_session_hash) h;
  IF p_id IS NULL THEN
    RETURN CASE WHEN holder.user_id IS NULL THEN '[]'::json ELSE end_sessions_of(holder.user_id, holder.session_id) END;
  END IF;
  WITH one AS (
    UPDATE sessions s SET revoked_at = clock_timestamp()
    WHERE s.user_id = holder.user_id AND s.id::text = p_id AND s.revoked_at IS NULL AND s.expires_at > clock_timestamp() RETURNING s.id
  )
  SELECT coalesce(json_agg(one.id), '[]') INTO ended FROM one;
  RETURN ended;
END $$;--> statement-breakpoint

-- Empty: signed out, or the local user, who has no account.
CREATE FUNCTION account_of(p_session_hash bytea)
RETURNS TABLE (name text, email text, email_key text, email_verified boolean, password_hash text, issuers json)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT u.name, a.email, a.email_key, a.email_verified_at IS NOT NULL, a.password_hash,
    (SELECT coalesce(json_agg(e.issuer ORDER BY e.issuer), '[]') FROM external_identities e WHERE e.user_id = a.user_id)
  FROM holder_of(p_session_hash) h JOIN accounts a ON a.user_id = h.user_id JOIN users u ON u.id = a.user_id
$$;--> statement-breakpoint

-- `p_before`: what `account_of` gave, against which the old password was right; null where there was none. All other sessions end, and
-- no browser is known any more. Null: it has changed in between.
CREATE FUNCTION change_password(p_session_hash bytea, p_before text, p_password_hash text) RETURNS json
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  holder record;
BEGIN
  SELECT h.* INTO holder FROM holder_of(p_session_hash) h;
  UPDATE accounts SET password_hash = p_password_hash WHERE user_id = holder.user_id AND password_hash IS NOT DISTINCT FROM p_before;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  DELETE FROM known_devices WHERE user_id = holder.user_id;
  RETURN end_sessions_of(holder.user_id, holder.session_id);
END $$;--> statement-breakpoint

-- For the operator, who may do anything to the database anyway. False: there is no such account, or it belongs to no tenant.
CREATE FUNCTION make_password_link(p_email_key text, p_id uuid, p_token_hash bytea, p_seconds double precision) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  INSERT INTO sign_in_links (tenant_id, id, user_id, token_hash, purpose, expires_at)
  SELECT m.tenant_id, p_id, a.user_id, p_token_hash, 'password', clock_timestamp() + make_interval(secs => p_seconds)
  FROM accounts a JOIN members m ON m.user_id = a.user_id WHERE a.email_key = p_email_key ORDER BY m.created_at LIMIT 1;
  RETURN FOUND;
END $$;--> statement-breakpoint

CREATE FUNCTION spend_password_link(p_link_hash bytea, p_password_hash text, p_session json)
RETURNS TABLE (outcome text, tenant_id uuid, user_id uuid, session_id uuid, ended json)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  link record;
  others json;
BEGIN
  UPDATE sign_in_links l SET redeemed_at = clock_timestamp()
    WHERE l.token_hash = p_link_hash AND l.purpose = 'password' AND l.redeemed_at IS NULL AND l.expires_at > clock_timestamp()
    RETURNING l.tenant_id, l.user_id INTO link;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  UPDATE accounts SET password_hash = p_password_hash WHERE user_id = link.user_id;
  DELETE FROM known_devices WHERE user_id = link.user_id;
  others := end_sessions_of(link.user_id, NULL);
  RETURN QUERY SELECT 'signedIn', o.*, others FROM open_session(link.user_id, NULL, p_session) o;
END $$;--> statement-breakpoint

-- Of the tenant in which the caller acts. A role, or null: the member leaves. One owner stays, also when two leave together.
CREATE FUNCTION change_member(p_user uuid, p_role text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  tenant uuid := current_tenant();
  before text;
BEGIN
  PERFORM FROM tenants WHERE id = tenant FOR UPDATE;
  SELECT role INTO before FROM members WHERE tenant_id = tenant AND user_id = p_user;
  IF before IS NULL THEN
    RETURN 'notFound';
  END IF;
  IF before = 'owner' AND p_role IS DISTINCT FROM 'owner' THEN
    IF NOT EXISTS (SELECT FROM members WHERE tenant_id = tenant AND role = 'owner' AND user_id <> p_user) THEN
      RETURN 'lastOwner';
    END IF;
    -- What they could not invite to now, nobody comes in by any more.
    UPDATE invitations SET revoked_at = clock_timestamp()
      WHERE tenant_id = tenant AND created_by = p_user AND accepted_at IS NULL AND revoked_at IS NULL;
  END IF;
  IF p_role IS NULL THEN
    DELETE FROM members WHERE tenant_id = tenant AND user_id = p_user;
  ELSE
    UPDATE members SET role = p_role WHERE tenant_id = tenant AND user_id = p_user;
  END IF;
  RETURN 'changed';
END $$;--> statement-breakpoint

-- Takes one from each bucket of (key (hex), how many it holds, seconds until one comes back), or from none. Gives 0, or the seconds until
-- it is worth trying again. A bucket is one time: up to when what was taken is still missing.
CREATE FUNCTION take_attempts(p_buckets json) RETURNS double precision
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  at timestamptz;
  wait double precision;
BEGIN
  -- Before anything is read, and in one order: many come at once for a bucket that has no row yet.
  PERFORM pg_advisory_xact_lock(('x' || left(e ->> 0, 16))::bit(64)::bigint) FROM json_array_elements(p_buckets) e ORDER BY e ->> 0;
  at := clock_timestamp();
  SELECT max(extract(epoch FROM coalesce(greatest(a.used_until, at), at) - at) - ((e ->> 1)::double precision - 1) * (e ->> 2)::double precision)
    INTO wait FROM json_array_elements(p_buckets) e LEFT JOIN sign_in_attempts a ON a.bucket = decode(e ->> 0, 'hex');
  IF wait > 0 THEN
    RETURN wait;
  END IF;
  INSERT INTO sign_in_attempts AS a (bucket, used_until)
    SELECT decode(e ->> 0, 'hex'), at + make_interval(secs => (e ->> 2)::double precision) FROM json_array_elements(p_buckets) e
    ON CONFLICT (bucket) DO UPDATE SET used_until = greatest(a.used_until, at) + (EXCLUDED.used_until - at);
  RETURN 0;
END $$;--> statement-breakpoint

CREATE FUNCTION give_attempts_back(p_buckets json) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  UPDATE sign_in_attempts a SET used_until = a.used_until - make_interval(secs => (e ->> 2)::double precision)
  FROM json_array_elements(p_buckets) e WHERE a.bucket = decode(e ->> 0, 'hex')
$$;--> statement-breakpoint

-- Maintenance: buckets that are full again, and browsers that have not been seen for longer than a browser keeps its cookie.
CREATE FUNCTION forget_sign_in_attempts(p_limit int) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  WITH attempts AS (
    DELETE FROM sign_in_attempts WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM sign_in_attempts WHERE used_until < clock_timestamp() LIMIT p_limit FOR UPDATE SKIP LOCKED))
    RETURNING 1),
  devices AS (
    DELETE FROM known_devices WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM known_devices WHERE seen_at < clock_timestamp() - interval '400 days' LIMIT p_limit FOR UPDATE SKIP LOCKED))
    RETURNING 1)
  SELECT greatest((SELECT count(*) FROM attempts), (SELECT count(*) FROM devices))
$$;--> statement-breakpoint

REVOKE ALL ON FUNCTION recognise_access_token(bytea), stale_credentials(json), open_session(uuid, uuid, json), end_sessions_of(uuid, uuid),
  holder_of(bytea), find_account(text, bytea), sign_in_by_password(text, text, bytea, json), sign_in_by_identity(text, text, text, json),
  connect_identity(bytea, text, text, text), has_accounts(), claim_first_owner(bytea, json, text, json), read_invitation(bytea),
  spend_invitation(bytea, uuid), join_as_new(bytea, json, json), join_by_session(bytea, bytea, json), tenants_of(bytea),
  switch_tenant(bytea, uuid, json), found_tenant(bytea, uuid, text, json), sessions_of(bytea), end_sessions(bytea, text), account_of(bytea),
  change_password(bytea, text, text), make_password_link(text, uuid, bytea, double precision), spend_password_link(bytea, text, json),
  change_member(uuid, text), take_attempts(json), give_attempts_back(json), forget_sign_in_attempts(int) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION recognise_access_token(bytea), stale_credentials(json), find_account(text, bytea),
  sign_in_by_password(text, text, bytea, json), sign_in_by_identity(text, text, text, json), connect_identity(bytea, text, text, text),
  has_accounts(), claim_first_owner(bytea, json, text, json), read_invitation(bytea), join_as_new(bytea, json, json),
  join_by_session(bytea, bytea, json), tenants_of(bytea), switch_tenant(bytea, uuid, json), found_tenant(bytea, uuid, text, json),
  sessions_of(bytea), end_sessions(bytea, text), account_of(bytea), change_password(bytea, text, text),
  make_password_link(text, uuid, bytea, double precision), spend_password_link(bytea, text, json), change_member(uuid, text),
  take_attempts(json), give_attempts_back(json) TO skein_app;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION forget_sign_in_attempts(int) TO skein_log;
