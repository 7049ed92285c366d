import { ChevronDown, ShieldAlert, ShieldCheck } from "lucide-react";
import { Button } from "../../ui/button.tsx";
import { Menu, MenuChoices } from "../../ui/menu.tsx";
import { type PolicyName, policyPresets } from "./policy-preset.ts";

interface PolicyMenuProps {
  /** null: settings that were made elsewhere and have no name here. */
  readonly value: PolicyName | null;
  readonly onChoose: (name: PolicyName) => void;
}

const choices = policyPresets.map(({ name, label, hint }) => ({ value: name, label, hint }));

export function PolicyMenu({ value, onChoose }: PolicyMenuProps) {
  const label = policyPresets.find((preset) => preset.name === value)?.label ?? "Custom rules";
  const Icon = value === "full-access" ? ShieldAlert : ShieldCheck;
  return (
    <Menu
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
    </Menu>
  );
}
