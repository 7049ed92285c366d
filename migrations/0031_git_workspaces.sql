-- Who signs in with a stored credential for Git, and what people call a workspace whose path stays.
ALTER TABLE "stored_secrets" ADD COLUMN "username" text;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "title" text;