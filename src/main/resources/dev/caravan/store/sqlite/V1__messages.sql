-- Every topic that was ever kept; a message up to `cleared` is gone for readers and about to be deleted.
create table topics (
  id integer primary key,
  name text not null unique,
  cleared integer not null default 0
);

-- id: when the message was received, microseconds since 1970-01-01T00:00:00Z, no two alike.
create table messages (
  id integer primary key,
  topic integer not null,
  qos integer not null,
  retained integer not null,
  publisher text not null,
  content_type text,
  payload blob not null,
  user_properties text,
  source_id text
);

-- Every index of SQLite ends with the id.
create index messages_of_topic on messages (topic);

-- How far each consumer has acknowledged.
create table consumers (
  consumer text not null,
  filter text not null,
  position integer not null,
  primary key (consumer, filter)
) without rowid;

-- For people: select * from history where topic like 'sensors/%' order by id desc limit 20
create view history as
select m.id,
       strftime('%Y-%m-%d %H:%M:%S', m.id / 1000000, 'unixepoch') || printf('.%06d', m.id % 1000000) as received_utc,
       t.name as topic,
       cast(m.payload as text) as payload,
       m.qos, m.retained, m.publisher, m.content_type, m.user_properties
from messages m join topics t on t.id = m.topic
where m.id > t.cleared;
