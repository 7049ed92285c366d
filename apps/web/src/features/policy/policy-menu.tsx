import { ChevronDown, ShieldAlert, ShieldCheck } from "lucide-react";
import { Button } from "../../ui/button.tsx";
import { Menu, MenuChoices, MenuSeparator, MenuSwitch } from "../../ui/menu.tsx";
import { type PolicyName, policyPresets } from "./policy-preset.ts";
import { presentNetwork } from "./present-network.ts";
import type { ThreadNetwork } from "./use-thread-network.ts";

interface PolicyMenuProps {
  /** null: settings that were made elsewhere and have no name here. */
  readonly value: PolicyName | null;
  readonly onChoose: (name: PolicyName) => void;
  /** Of a thread that is there already. */
  readonly network?: ThreadNetwork;
}

const choices = policyPresets.map(({ name, label, hint }) => ({ value: name, label, hint }));

export function PolicyMenu({ value, onChoose, network }: PolicyMenuProps) {
  const label = policyPresets.find((preset) => preset.name === value)?.label ?? "Custom rules";
  const Icon = value === "full-access" ? ShieldAlert : ShieldCheck;
  return (
    <Menu
      onOpen={network?.look}
      trigger={
        <Button look="quiet" aria-label={`Approvals: ${label}`}>
          <Icon size={14} /> {label} <ChevronDown size={12} />
        </Button>
      }
    >
      <MenuChoices
        label="What the agent may do unasked"
        value={value ?? ("" as PolicyName)}
        choices={choices}
        onChoose={onChoose}
      />
      {network !== undefined && (
        <>
          <MenuSeparator />
          <MenuSwitch label="Network for this thread" {...presentNetwork(network)} onChange={network.change} />
        </>
      )}
    </Menu>
  );
}
