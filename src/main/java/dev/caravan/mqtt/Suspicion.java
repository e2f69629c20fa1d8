package dev.caravan.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttTopic;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells a message that makes the broker hang up from a link that fails by itself. Both look the same: the connection
 * ends and nothing is acknowledged. From the first such end on, messages are sent singly. After {@value #STRIKES} ends
 * with the same message, each connection begins with a probe. Only where the broker takes the probe, and the suspect,
 * sent alone behind it, ends that very connection, does it speak against the suspect; {@value #CONFIRMATIONS} times in a
 * row, each with a probe of its own, and the suspect is at fault. A publisher with a probe of its own has as many as it
 * likes and asks for {@value #CONFIRMATIONS_WITH_OWN_PROBE}. A probe that ends the connection speaks for the suspect:
 * the count begins anew, with another probe. If the broker answers the suspect, all is forgotten.
 *
 * <p>A probe is the first message of another topic that waits, so that the order within a topic stays; else the
 * publisher's own probe, which is no message of the line. Where there is neither, the first message is tried
 * {@value #PATIENCE} times, twice as often where other topics wait but none got through, and then a message of its own
 * topic goes before it. The price: if the link recovers at just that moment, these two arrive in the wrong order. A
 * publisher with a probe of its own never pays it.
 *
 * <p>A message with nobody behind it stands in nobody's way and is tried for ever, also where there is a probe. One at
 * fault costs {@value #STRIKES} + {@value #CONFIRMATIONS} connections, {@value #PATIENCE} +
 * {@value #CONFIRMATIONS} where its own topic has to serve, and six more for each probe of another topic that is at fault
 * too; with the pauses of {@link Backoff} that is half a second each on average.
 *
 * <p>Not certain: a link that is down for a while, and drops once more after it came back, is not mistaken for a message
 * at fault, but one that goes on dropping messages at random may show this pattern by chance, and an innocent message
 * fails. The more confirmations, the rarer.
 *
 * <p>Guarded by its {@link Publisher}. Leaves the order of the line alone.
 */
final class Suspicion {

    static final int STRIKES = 5;
    static final int CONFIRMATIONS = 2;
    static final int CONFIRMATIONS_WITH_OWN_PROBE = 6;
    static final int PATIENCE = 20;

    private final @Nullable Delivery ownProbe;
    private final Set<Delivery> failedProbes = new HashSet<>();
    private @Nullable Delivery suspect;
    private int confirmations;

    /** Ends of connections that took nothing, since the last probe that failed. */
    private int strikes;

    /** The same, whatever probes of other topics did. */
    private int fruitless;

    // What happened on the present link.
    private boolean answered;
    private @Nullable Delivery probe;
    private boolean probePassed;

    /** @param ownProbe sent where no message of another topic waits; belongs to no line; or null */
    Suspicion(@Nullable Delivery ownProbe) {
        this.ownProbe = ownProbe;
    }

    /** Whether messages are to be sent singly, so that it is seen which one ends the connection. */
    boolean isAwake() {
        return suspect != null;
    }

    /**
     * Takes the message to send next out of the line. While awake, to be called with nothing in flight only.
     *
     * @return the first one or a probe; null if nothing waits
     */
    @Nullable
    Delivery next(ArrayDeque<Delivery> waiting) {
        Delivery first = waiting.peekFirst();
        if (suspect != null && suspect != first) {
            forget(); // it waited too long
        }
        if (first != null && first == suspect && probe == null) {
            probe = chooseProbe(first, waiting);
            if (probe != null) {
                waiting.remove(probe);
                return probe;
            }
        }
        return waiting.pollFirst();
    }

    /** The broker itself took or refused a message, so the link works. */
    void answered(Delivery delivery) {
        answered = true;
        if (delivery == probe) {
            probePassed = true;
        } else if (delivery == suspect) {
            forget();
        }
    }

    /**
     * Learns from the end of a link.
     *
     * @param waiting the line, with what was sent but not answered back in its place
     * @param unanswered what was sent on the link but not answered
     * @return the message at fault, still in the line, or null
     */
    @Nullable
    Delivery linkEnded(ArrayDeque<Delivery> waiting, Collection<Delivery> unanswered) {
        boolean fruitful = answered;
        Delivery probed = probe;
        boolean confirmed = probePassed;
        answered = false;
        probe = null;
        probePassed = false;

        Delivery first = waiting.peekFirst();
        if (suspect != first) {
            forget();
        }
        boolean firstEndedIt = first != null && unanswered.contains(first);
        if (suspect == null) {
            if (firstEndedIt && !fruitful) {
                suspect = first;
                strikes = 1;
                fruitless = 1;
            }
        } else if (probed != null && unanswered.contains(probed)) {
            failedProbes.add(probed);
            confirmations = 0;
            strikes = 0;
            fruitless = isOfTopic(probed, suspect) ? 0 : fruitless + 1;
        } else if (firstEndedIt && confirmed) {
            if (++confirmations == (ownProbe == null ? CONFIRMATIONS : CONFIRMATIONS_WITH_OWN_PROBE)) {
                forget();
                return first;
            }
        } else if (firstEndedIt) {
            strikes++;
            fruitless++;
        }
        return null;
    }

    private @Nullable Delivery chooseProbe(Delivery first, ArrayDeque<Delivery> waiting) {
        if (strikes < STRIKES || waiting.size() == 1) {
            return null;
        }
        List<Delivery> probes = new ArrayList<>();
        Set<MqttTopic> topics = new HashSet<>();
        topics.add(first.message().getTopic());
        for (Delivery delivery : waiting) {
            // The first of its topic or none. Nobody acknowledges QoS 0.
            if (topics.add(delivery.message().getTopic()) && !delivery.isQos0()) {
                probes.add(delivery);
            }
        }
        if (ownProbe != null) {
            // Second, since a message that failed as a probe may stand before many more of its kind.
            probes.add(Math.min(1, probes.size()), ownProbe);
        } else if (fruitless >= (probes.isEmpty() ? PATIENCE : 2 * PATIENCE)) {
            waiting.stream()
                    .filter(delivery -> delivery != first && isOfTopic(delivery, first) && !delivery.isQos0())
                    .forEach(probes::add);
        }
        if (!probes.isEmpty() && failedProbes.containsAll(probes)) {
            failedProbes.clear();
        }
        return probes.stream()
                .filter(delivery -> !failedProbes.contains(delivery))
                .findFirst()
                .orElse(null);
    }

    private void forget() {
        suspect = null;
        confirmations = 0;
        strikes = 0;
        fruitless = 0;
        failedProbes.clear();
    }

    private static boolean isOfTopic(Delivery delivery, Delivery other) {
        return delivery.message().getTopic().equals(other.message().getTopic());
    }
}
