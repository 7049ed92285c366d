import fc from "fast-check";
import { expect, test } from "vitest";
import { OpenCounts } from "./open-counts.ts";

test("nobody ever has more open than they may, whatever comes and goes, and in the end nothing is left", () => {
  const moves = fc.array(fc.record({ tenant: fc.nat(2), person: fc.nat(3), leaves: fc.nat(3) }), { maxLength: 200 });
  fc.assert(
    fc.property(moves, (all) => {
      const counts = new OpenCounts();
      const open: { tenant: number; person: number; leave: () => void }[] = [];
      for (const { tenant, person, leaves } of all) {
        for (const { leave } of open.splice(0, leaves)) {
          leave();
          leave();
        }
        const ofTenant = open.filter((each) => each.tenant === tenant);
        const ofPerson = ofTenant.filter((each) => each.person === person);
        const expected = ofTenant.length >= 5 ? "tenant" : ofPerson.length >= 2 ? "person" : null;
        const entry = counts.enter([
          { name: "tenant", key: `tenant ${tenant}`, max: 5 },
          { name: "person", key: `person ${tenant} ${person}`, max: 2 },
          { name: "anybody", key: "anybody", max: null },
        ]);
        expect(entry.type === "full" ? entry.name : null).toBe(expected);
        if (entry.type === "entered") open.push({ tenant, person, leave: entry.leave });
      }
      for (const { leave } of open) leave();
      expect(counts.size).toBe(0);
    }),
  );
});
