-- Answers that can be fetched and followed, encrypted: one row for an answer with the conversation before it.
create table response (
  -- hash of the tenant
  tenant text not null,
  -- resp_ and the id of the decision
  id text not null,
  -- milliseconds since 1970
  at integer not null,
  -- which key it is sealed with
  sealed_by text not null,
  -- nonce (12 bytes), AES-256-GCM of the packed JSON, tag (16 bytes); bound to tenant, id and at
  sealed blob not null
);
create unique index response_id on response (tenant, id);
create index response_at on response (at);
