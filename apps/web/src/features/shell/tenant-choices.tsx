import { useEffect, useState } from "react";
import { postAccountApi, readAccountApi } from "../../session/account-api.ts";
import { usePerson } from "../../session/person.ts";
import { MenuChoices, MenuSeparator } from "../../ui/menu.tsx";

interface OwnTenant {
  readonly id: string;
  readonly name: string;
  readonly role: string;
}

/** The teams that the person belongs to, where they are several. Another one is another session: the page begins anew. */
export function TenantChoices() {
  const { tenantId, accounts } = usePerson();
  const [tenants, setTenants] = useState<readonly OwnTenant[]>([]);
  useEffect(() => {
    if (!accounts) return;
    void readAccountApi<{ readonly data: readonly OwnTenant[] }>("/api/account/tenants").then((reply) => {
      if (reply.ok) setTenants(reply.body.data);
    });
  }, [accounts]);
  if (tenants.length < 2) return null;
  const go = async (id: string) => {
    if (id === tenantId) return;
    const reply = await postAccountApi("/api/account/tenant", { tenantId: id });
    if (reply.ok) location.assign("/");
  };
  return (
    <>
      <MenuChoices
        label="Team"
        value={tenantId}
        choices={tenants.map(({ id, name, role }) => ({ value: id, label: name, hint: role }))}
        onChoose={(id) => void go(id)}
      />
      <MenuSeparator />
    </>
  );
}
