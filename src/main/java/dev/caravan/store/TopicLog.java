package dev.caravan.store;

import dev.caravan.store.Timeline.Entry;
import dev.caravan.topic.TopicName;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.List;

/** The messages of one topic, oldest first. Not thread-safe: {@link RecentMessages} holds its lock around every call. */
final class TopicLog {

    private final TopicName topic;
    private final ArrayDeque<Entry> entries = new ArrayDeque<>(4);

    TopicLog(TopicName topic) {
        this.topic = topic;
    }

    /** Safe without the lock: never changes. */
    TopicName topic() {
        return topic;
    }

    void add(Entry entry) {
        entries.addLast(entry);
    }

    Entry removeOldest() {
        return entries.removeFirst();
    }

    StoredMessage newest() {
        return entries.getLast().message;
    }

    int count() {
        return entries.size();
    }

    Iterable<Entry> entries() {
        return entries;
    }

    /** Adds to {@code found} what lies in the time between, walking back from the newest, so that polls stay cheap. */
    void collect(long after, long upTo, List<StoredMessage> found) {
        int first = found.size();
        var newestFirst = entries.descendingIterator();
        while (newestFirst.hasNext()) {
            StoredMessage message = newestFirst.next().message;
            if (message.timestamp() <= after) {
                break;
            }
            if (message.timestamp() <= upTo) {
                found.add(message);
            }
        }
        Collections.reverse(found.subList(first, found.size()));
    }
}
