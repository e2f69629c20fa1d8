package dev.caravan.bridge;

/** Where a message goes that one side can never take (EIP: Dead Letter Channel). */
interface DeadLetterChannel {

    /** @param acknowledge run once the message is kept; not at all when the program stops before */
    void keep(BridgeMessage message, Exception reason, Runnable acknowledge);
}
