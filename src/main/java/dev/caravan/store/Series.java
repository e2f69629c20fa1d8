package dev.caravan.store;

import dev.caravan.topic.TopicFilter;
import java.util.List;
import java.util.function.Function;

/** Makes the buckets of a chart from messages. */
final class Series {

    private Series() {}

    static List<SeriesBucket> read(SeriesQuery query, Function<MessageQuery, MessagePages> messages)
            throws StoreException {
        Buckets buckets = new Buckets(query);
        NumberField field = new NumberField(query.field());
        MessagePages pages = messages.apply(new MessageQuery(
                new TopicFilter(query.topic().value()), query.from(), query.to(), Long.MIN_VALUE, Long.MAX_VALUE));
        for (List<StoredMessage> page = pages.next(); !page.isEmpty(); page = pages.next()) {
            for (StoredMessage message : page) {
                double value = field.in(message.payload());
                if (!Double.isNaN(value)) {
                    buckets.add(message.timestamp(), value);
                }
            }
        }
        return buckets.filled();
    }
}
