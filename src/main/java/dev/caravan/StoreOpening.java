package dev.caravan;

import dev.caravan.store.MessageStore;
import dev.caravan.store.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A message store that is opened on a thread of its own while other parts start. Thread-safe. */
final class StoreOpening implements AutoCloseable {

    /** Opens the store. */
    interface Opener {
        MessageStore open() throws StoreException;
    }

    private final CompletableFuture<MessageStore> store = new CompletableFuture<>();

    private StoreOpening() {}

    static StoreOpening begin(Opener opener) {
        StoreOpening opening = new StoreOpening();
        new Thread(() -> opening.run(opener), "store-opening").start();
        return opening;
    }

    private void run(Opener opener) {
        try {
            store.complete(opener.open());
        } catch (StoreException | RuntimeException | Error e) {
            store.completeExceptionally(e);
        }
    }

    /** @throws StoreException as the opener threw it */
    MessageStore await() throws StoreException {
        try {
            return store.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StoreException failure) {
                throw failure;
            }
            throw e;
        }
    }

    /** Tells a Retained Message to the store, once it is open; nothing where it does not open. */
    void retained(String topic, byte[] payload) {
        store.handle((opened, failure) -> opened)
                .thenAccept(opened -> {
                    if (opened != null) {
                        opened.retained(topic, payload);
                    }
                })
                .join();
    }

    /** Closes the store, where it did open. */
    @Override
    public void close() {
        store.handle((opened, failure) -> opened)
                .thenAccept(opened -> {
                    if (opened != null) {
                        opened.close();
                    }
                })
                .join();
    }
}
