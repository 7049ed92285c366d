CREATE INDEX "thread_events_queue" ON "thread_events" USING btree ("tenant_id","thread_id","seq") WHERE "thread_events"."type" like 'queue.%';
