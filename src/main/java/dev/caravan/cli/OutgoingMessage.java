package dev.caravan.cli;

/**
 * A message to publish, also as a will.
 *
 * @param topic a valid Topic Name
 * @param payload taken over, not copied
 * @param qos 0, 1 or 2
 */
record OutgoingMessage(String topic, byte[] payload, int qos, boolean retain) {}
