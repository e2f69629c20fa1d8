package dev.caravan.mqtt;

import org.apache.camel.Message;

/**
 * How a broker tells its own process' subscribers where a message is from: a User Property of the CONNECT asks for it, and
 * one of the same name in each PUBLISH holds an id of the message and, behind a space, its publisher's Client Identifier.
 * They become the headers {@link MqttHeaders#MESSAGE_ID} and {@link MqttHeaders#PUBLISHER} and are no longer among the User
 * Properties, so that no route forwards them.
 *
 * @param name name of both properties
 * @param secret the value of the one that asks; never logged
 */
public record Origin(String name, String secret) {

    void read(String told, Message to) {
        int space = told.indexOf(' ');
        to.setHeader(MqttHeaders.MESSAGE_ID, space < 0 ? told : told.substring(0, space));
        if (space >= 0) {
            to.setHeader(MqttHeaders.PUBLISHER, told.substring(space + 1));
        }
    }

    @Override
    public String toString() {
        return "Origin[" + name + "]";
    }
}
