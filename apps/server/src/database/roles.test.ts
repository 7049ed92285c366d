import { expect, test } from "vitest";
import { describeRemedy } from "./roles.ts";

const rights = {
  login: 'o"hara',
  database: "skein",
  mayCreateRoles: false,
  mayCreateTables: true,
  missing: [],
  unreachable: [],
};

test("a login that has what it needs, or can make it, needs no administrator", () => {
  expect(describeRemedy(rights)).toBeNull();
  expect(describeRemedy({ ...rights, mayCreateRoles: true, missing: ["skein_app", "skein_log"] })).toBeNull();
});

test("the SQL makes what is missing and quotes the login", () => {
  expect(
    describeRemedy({ ...rights, missing: ["skein_app"], unreachable: ["skein_log"] })
      ?.split("\n")
      .slice(1),
  ).toEqual(["  CREATE ROLE skein_app NOLOGIN NOBYPASSRLS;", '  GRANT skein_app, skein_log TO "o""hara";']);
});
