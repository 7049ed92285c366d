import { useEffect, useState } from "react";
import { readAccountApi } from "./account-api.ts";
import { usePerson } from "./person.ts";
import { useIsLive, useSession } from "./session-context.ts";

export interface OwnTenant {
  readonly id: string;
  readonly name: string;
  readonly role: string;
}

/** The teams that the person belongs to; empty until they are known, and where people have no accounts. */
export function useOwnTenants(): readonly OwnTenant[] {
  const { accounts, tenantId } = usePerson();
  const session = useSession();
  const live = useIsLive();
  const [tenants, setTenants] = useState<readonly OwnTenant[]>([]);
  useEffect(() => {
    if (!accounts || !live) return;
    void readAccountApi<{ readonly data: readonly OwnTenant[] }>("/api/account/tenants").then((reply) => {
      if (reply.ok) setTenants(reply.body.data);
    });
  }, [accounts, live]);
  useEffect(
    () =>
      session.onNotification((notification) => {
        if (notification.method !== "skein/tenant/changed") return;
        const { name } = notification.params;
        setTenants((before) => before.map((tenant) => (tenant.id === tenantId ? { ...tenant, name } : tenant)));
      }),
    [session, tenantId],
  );
  return tenants;
}
