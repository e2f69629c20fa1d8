package dev.caravan.mqtt;

/**
 * How a broker tells its own process' subscribers where a message is from: it is asked for by a User Property of the
 * CONNECT and answers with User Properties of each PUBLISH. They become the headers {@link MqttHeaders#MESSAGE_ID} and
 * {@link MqttHeaders#PUBLISHER} and are no longer among the User Properties, so that no route forwards them.
 *
 * @param askName name of the property of the CONNECT
 * @param secret its value; never logged
 * @param messageIdName name of the property of a PUBLISH that holds the message's id
 * @param publisherName name of the property of a PUBLISH that holds its publisher's Client Identifier
 */
public record Origin(String askName, String secret, String messageIdName, String publisherName) {

    @Override
    public String toString() {
        return "Origin[" + askName + "]";
    }
}
