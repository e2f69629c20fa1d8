package dev.caravan.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Consumers by name and Topic Filter. Immutable.
 *
 * @param truncated whether there are more than an answer should hold: Topic Filters may be 64 KB long, each
 */
public record ConsumerList(List<ConsumerPosition> positions, boolean truncated) {

    private static final long MAX_CHARACTERS = 1L << 20;

    public ConsumerList {
        positions = List.copyOf(positions);
    }

    private static final Comparator<ConsumerPosition> ORDER = Comparator.comparing(ConsumerPosition::consumer)
            .thenComparing(position -> position.filter().value());

    /** Takes positions until there are too many. */
    static final class Builder {
        private final List<ConsumerPosition> positions = new ArrayList<>();
        private long characters;

        /** @return whether it was taken; otherwise the list is full */
        boolean add(ConsumerPosition position) {
            characters +=
                    position.consumer().length() + position.filter().value().length();
            return characters <= MAX_CHARACTERS && positions.add(position);
        }

        ConsumerList build() {
            positions.sort(ORDER); // Databases sort by the rules of some language.
            return new ConsumerList(positions, characters > MAX_CHARACTERS);
        }
    }
}
