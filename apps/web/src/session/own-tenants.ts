import { useEffect, useState } from "react";
import { readAccountApi } from "./account-api.ts";
import { usePerson } from "./person.ts";

export interface OwnTenant {
  readonly id: string;
  readonly name: string;
  readonly role: string;
}

/** The teams that the person belongs to; empty until they are known, and where people have no accounts. */
export function useOwnTenants(): readonly OwnTenant[] {
  const { accounts } = usePerson();
  const [tenants, setTenants] = useState<readonly OwnTenant[]>([]);
  useEffect(() => {
    if (!accounts) return;
    void readAccountApi<{ readonly data: readonly OwnTenant[] }>("/api/account/tenants").then((reply) => {
      if (reply.ok) setTenants(reply.body.data);
    });
  }, [accounts]);
  return tenants;
}
