-- Owners call their tenant what they like; that they are owners, the server has looked at.
GRANT UPDATE (name) ON tenants TO skein_app;--> statement-breakpoint

-- Whose an identity is, as signing in has it: of whom a provider has not spoken before is connected with an account only by an address
-- of which a provider has vouched for both, that of the account and the one it now names.
CREATE FUNCTION person_of_identity(p_issuer text, p_subject text, p_verified_email_key text) RETURNS TABLE (outcome text, user_id uuid)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
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
      RETURN QUERY SELECT 'noAccount', NULL::uuid;
      RETURN;
    END IF;
    IF verified IS NULL THEN
      RETURN QUERY SELECT 'proofNeeded', NULL::uuid;
      RETURN;
    END IF;
    INSERT INTO external_identities (issuer, subject, user_id) VALUES (p_issuer, p_subject, person) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
      -- The account is known to this provider as somebody else.
      RETURN QUERY SELECT 'noAccount', NULL::uuid;
      RETURN;
    END IF;
  END IF;
  RETURN QUERY SELECT 'known', person;
END $$;--> statement-breakpoint

CREATE OR REPLACE FUNCTION sign_in_by_identity(p_issuer text, p_subject text, p_verified_email_key text, p_session json)
RETURNS TABLE (outcome text, tenant_id uuid, user_id uuid, session_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  whose record;
BEGIN
  SELECT p.* INTO whose FROM person_of_identity(p_issuer, p_subject, p_verified_email_key) p;
  IF whose.outcome <> 'known' THEN
    RETURN QUERY SELECT whose.outcome, NULL::uuid, NULL::uuid, NULL::uuid;
    RETURN;
  END IF;
  RETURN QUERY SELECT 'signedIn', o.* FROM open_session(whose.user_id, NULL, p_session) o;
  IF NOT FOUND THEN
    RETURN QUERY SELECT 'noTenant', NULL::uuid, NULL::uuid, NULL::uuid;
  END IF;
END $$;--> statement-breakpoint

-- Somebody whom a provider knows joins with the account that they have; they may belong to no tenant any more. 'alreadyMember': they
-- come in, and the invitation is still there for somebody else. 'noAccount': one can be made. Empty: the invitation opens nothing.
CREATE FUNCTION join_by_identity(p_token_hash bytea, p_issuer text, p_subject text, p_verified_email_key text, p_session json)
RETURNS TABLE (outcome text, tenant_id uuid, user_id uuid, session_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  whose record;
  place record;
BEGIN
  -- Without an invitation nothing is told of any address, and no identity is connected.
  SELECT i.tenant_id INTO place FROM invitations i
    WHERE i.token_hash = p_token_hash AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > clock_timestamp();
  IF NOT FOUND THEN
    RETURN;
  END IF;
  SELECT p.* INTO whose FROM person_of_identity(p_issuer, p_subject, p_verified_email_key) p;
  IF whose.outcome <> 'known' THEN
    RETURN QUERY SELECT whose.outcome, NULL::uuid, NULL::uuid, NULL::uuid;
    RETURN;
  END IF;
  IF EXISTS (SELECT FROM members m WHERE m.tenant_id = place.tenant_id AND m.user_id = whose.user_id) THEN
    RETURN QUERY SELECT 'alreadyMember', o.* FROM open_session(whose.user_id, place.tenant_id, p_session) o;
    RETURN;
  END IF;
  SELECT s.* INTO place FROM spend_invitation(p_token_hash, whose.user_id) s;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  INSERT INTO members (tenant_id, user_id, role) VALUES (place.tenant_id, whose.user_id, place.role) ON CONFLICT DO NOTHING;
  RETURN QUERY SELECT 'signedIn', o.* FROM open_session(whose.user_id, place.tenant_id, p_session) o;
END $$;--> statement-breakpoint

REVOKE ALL ON FUNCTION person_of_identity(text, text, text), join_by_identity(bytea, text, text, text, json) FROM PUBLIC;--> statement-breakpoint
GRANT EXECUTE ON FUNCTION join_by_identity(bytea, text, text, text, json) TO skein_app;
