-- What must be answered before the tenant is known. Each is found by the hash of a secret of 256 bits, which proves the right to ask.
CREATE FUNCTION resolve_session(p_token_hash bytea)
RETURNS TABLE (tenant_id uuid, user_id uuid, session_id uuid, role text, name text, expires_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT s.tenant_id, s.user_id, s.id, m.role, u.name, s.expires_at
  FROM sessions s
  JOIN members m ON m.tenant_id = s.tenant_id AND m.user_id = s.user_id
  JOIN users u ON u.id = s.user_id
  WHERE s.token_hash = p_token_hash AND s.revoked_at IS NULL AND s.expires_at > clock_timestamp()
$$;--> statement-breakpoint

-- The time of the last use is kept to the minute, so that a busy script does not write at every request.
CREATE FUNCTION resolve_access_token(p_token_hash bytea)
RETURNS TABLE (tenant_id uuid, user_id uuid, token_id uuid, role text, name text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  UPDATE access_tokens a SET last_used_at = clock_timestamp()
  WHERE a.token_hash = p_token_hash AND a.revoked_at IS NULL
    AND (a.last_used_at IS NULL OR a.last_used_at < clock_timestamp() - interval '1 minute');
  RETURN QUERY SELECT a.tenant_id, a.user_id, a.id, m.role, u.name
  FROM access_tokens a
  JOIN members m ON m.tenant_id = a.tenant_id AND m.user_id = a.user_id
  JOIN users u ON u.id = a.user_id
  WHERE a.token_hash = p_token_hash AND a.revoked_at IS NULL;
END $$;--> statement-breakpoint

-- Spends a link and opens the session in one statement, so that of two that come together only one gets in.
CREATE FUNCTION redeem_sign_in_link(p_token_hash bytea, p_session_id uuid, p_session_hash bytea, p_session_seconds double precision,
  p_user_agent text)
RETURNS TABLE (outcome text, tenant_id uuid, user_id uuid, expires_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH spent AS (
    UPDATE sign_in_links l SET redeemed_at = clock_timestamp()
    WHERE l.token_hash = p_token_hash AND l.redeemed_at IS NULL AND l.expires_at > clock_timestamp()
    RETURNING l.tenant_id, l.user_id
  )
  INSERT INTO sessions AS s (tenant_id, id, user_id, token_hash, user_agent, expires_at)
  SELECT spent.tenant_id, p_session_id, spent.user_id, p_session_hash, p_user_agent,
    clock_timestamp() + make_interval(secs => p_session_seconds) FROM spent
  RETURNING 'redeemed', s.tenant_id, s.user_id, s.expires_at;
  IF NOT FOUND THEN
    RETURN QUERY SELECT CASE WHEN l.redeemed_at IS NULL THEN 'expired' ELSE 'spent' END, NULL::uuid, NULL::uuid, NULL::timestamptz
    FROM sign_in_links l WHERE l.token_hash = p_token_hash;
  END IF;
END $$;--> statement-breakpoint

-- The tenant and the user of a server without accounts: made at the first start, the same ever after.
CREATE FUNCTION ensure_local_user(p_tenant uuid, p_user uuid, p_name text) RETURNS TABLE (tenant_id uuid, user_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  INSERT INTO tenants (id, name, local) VALUES (p_tenant, p_name, true) ON CONFLICT (local) WHERE local DO NOTHING;
  IF FOUND THEN
    INSERT INTO users (id, name) VALUES (p_user, p_name);
    INSERT INTO members (tenant_id, user_id, role) VALUES (p_tenant, p_user, 'owner');
  END IF;
  RETURN QUERY SELECT m.tenant_id, m.user_id FROM tenants t JOIN members m ON m.tenant_id = t.id
  WHERE t.local AND m.role = 'owner' ORDER BY m.created_at, m.user_id LIMIT 1;
END $$;--> statement-breakpoint

REVOKE ALL ON FUNCTION resolve_session(bytea), resolve_access_token(bytea), ensure_local_user(uuid, uuid, text),
  redeem_sign_in_link(bytea, uuid, bytea, double precision, text) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION resolve_session(bytea), resolve_access_token(bytea), ensure_local_user(uuid, uuid, text),
  redeem_sign_in_link(bytea, uuid, bytea, double precision, text) TO skein_app;
