import type { Model } from "@skein/protocol/methods/model";
import { ChevronDown } from "lucide-react";
import { Button } from "../../ui/button.tsx";
import { Menu, MenuChoices } from "../../ui/menu.tsx";

interface ModelMenuProps {
  readonly models: readonly Model[];
  readonly value: string | null;
  /** The server has no key: the scripted model answers, and that is said wherever the model is named. */
  readonly demo: boolean;
  readonly onChoose: (model: string) => void;
}

export function ModelMenu({ models, value, demo, onChoose }: ModelMenuProps) {
  const current = models.find(({ model }) => model === value) ?? models.find(({ isDefault }) => isDefault);
  const name = current?.displayName ?? value ?? "Model";
  const label = demo ? "Demo model" : name;
  const choices = models.map((model) => ({
    value: model.model,
    label: model.displayName,
    hint: demo ? "Scripted answers; a real model needs a key." : model.description || undefined,
  }));
  return (
    <Menu
      trigger={
        <Button look="quiet" aria-label={`Model: ${label}`}>
          {label} <ChevronDown size={12} />
        </Button>
      }
    >
      <MenuChoices label="Model" value={current?.model ?? ""} choices={choices} onChoose={onChoose} />
    </Menu>
  );
}
