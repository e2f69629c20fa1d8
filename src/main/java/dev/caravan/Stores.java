package dev.caravan;

import dev.caravan.settings.Key;
import dev.caravan.settings.Settings;
import dev.caravan.store.MessageStore;
import dev.caravan.store.StoreBounds;
import dev.caravan.store.StoreException;
import dev.caravan.store.StoreLimits;
import dev.caravan.store.StoreSettings;
import java.time.Clock;
import java.time.Duration;

/** Makes the message store from the settings. */
final class Stores {

    private Stores() {}

    /** One that opens and writes nothing, for routes that are only looked at or tested. */
    static MessageStore inMemory(Settings settings, Clock clock) {
        return MessageStore.inMemory(recent(settings), clock);
    }

    /** @throws StoreException naming the database and what is wrong with it */
    static MessageStore open(Settings settings, Clock clock) throws StoreException {
        return MessageStore.open(settings(settings), recent(settings), clock);
    }

    /** Where the store is, and how much it keeps. */
    static StoreSettings settings(Settings settings) {
        return new StoreSettings(
                settings.path(Key.DATA_DIRECTORY)
                        .toAbsolutePath()
                        .normalize()
                        .resolve("store")
                        .resolve("messages.db"),
                settings.text(Key.STORE_URL),
                settings.text(Key.STORE_USER),
                settings.text(Key.STORE_PASSWORD),
                new StoreLimits(
                        settings.bound(Key.STORE_MESSAGES_PER_TOPIC),
                        settings.bound(Key.STORE_MAX_MESSAGES),
                        settings.bytes(Key.STORE_MAX_BYTES),
                        Duration.ofSeconds(settings.seconds(Key.STORE_MAX_AGE))),
                settings.count(Key.STORE_QUEUE_MESSAGES),
                settings.text(Key.STORE_FSYNC).equals("batch"));
    }

    private static StoreBounds recent(Settings settings) {
        return new StoreBounds(
                settings.count(Key.HISTORY_MESSAGES_PER_TOPIC),
                settings.count(Key.HISTORY_TOPICS),
                settings.bytes(Key.HISTORY_MAX_BYTES));
    }
}
