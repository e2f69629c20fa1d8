package dev.caravan.http;

import java.util.Set;

/**
 * Where HTTP listens and what it lets in.
 *
 * @param host address or name to listen on
 * @param port 0 for any free one
 * @param maxBodyBytes largest request body
 * @param maxOpenAnswers how many long polls, event streams and exports may be open at once
 * @param allowedHosts further names that a request may carry as Host or in Origin, without port
 */
public record HttpServerSettings(
        String host, int port, long maxBodyBytes, int maxOpenAnswers, Set<String> allowedHosts) {

    public HttpServerSettings {
        allowedHosts = Set.copyOf(allowedHosts);
    }
}
