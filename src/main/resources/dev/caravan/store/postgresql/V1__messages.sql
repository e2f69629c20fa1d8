-- Every topic that was ever kept; a message up to `cleared` is gone for readers and about to be deleted.
create table topics (
  id bigint primary key,
  name text not null,
  cleared bigint not null default 0
);

-- A topic may be longer than what a B-tree takes.
create unique index topics_name on topics (md5(name));

-- id: when the message was received, microseconds since 1970-01-01T00:00:00Z, no two alike.
create table messages (
  id bigint primary key,
  topic bigint not null,
  qos smallint not null,
  retained smallint not null,
  publisher text not null,
  content_type text,
  payload bytea not null,
  user_properties text,
  source_id text
);

create index messages_of_topic on messages (topic, id);

-- How far each consumer has acknowledged.
create table consumers (
  consumer text not null,
  filter text not null,
  position bigint not null
);

create unique index consumers_key on consumers (md5(consumer), md5(filter));

-- A hash takes texts of any length.
create index consumers_by_name on consumers using hash (consumer);

-- For people: select * from history where topic like 'sensors/%' order by id desc limit 20
create view history as
select m.id,
       to_timestamp(m.id / 1000000.0) as received,
       t.name as topic,
       encode(m.payload, 'escape') as payload,
       m.qos, m.retained, m.publisher, m.content_type, m.user_properties
from messages m join topics t on t.id = m.topic
where m.id > t.cleared;
