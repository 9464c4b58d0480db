-- What was said in sessions, encrypted: one row for a question with its answer.
create table turn (
  -- hash of tenant and session
  session text not null,
  -- its number in the session, from 1
  no integer not null,
  -- hash of the tenant
  tenant text not null,
  -- milliseconds since 1970
  at integer not null,
  -- which key it is sealed with
  sealed_by text not null,
  -- nonce (12 bytes), AES-256-GCM of both texts, tag (16 bytes); bound to tenant, session, no and at
  sealed blob not null
);
create unique index turn_session on turn (session, no);
create index turn_tenant on turn (tenant);
create index turn_at on turn (at);
