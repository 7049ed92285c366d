import { postAccountApi } from "../../session/account-api.ts";
import { useOwnTenants } from "../../session/own-tenants.ts";
import { usePerson } from "../../session/person.ts";
import { MenuChoices, MenuSeparator } from "../../ui/menu.tsx";

/** The teams that the person belongs to, where they are several. Another one is another session: the page begins anew. */
export function TenantChoices() {
  const { tenantId } = usePerson();
  const tenants = useOwnTenants();
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
