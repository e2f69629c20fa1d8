package dev.caravan.cli;

import java.util.Set;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptor;
import org.apache.activemq.artemis.core.security.CheckType;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.spi.core.security.ActiveMQSecurityManager;

/** A broker that keeps nothing on disk. Nobody may use {@code forbidden/...}; the user "wrong" may not connect. */
final class CliBroker implements AutoCloseable {

    private final EmbeddedActiveMQ server = new EmbeddedActiveMQ();

    CliBroker() throws Exception {
        Configuration configuration = new ConfigurationImpl()
                .setPersistenceEnabled(false)
                .addAcceptorConfiguration("mqtt", "tcp://127.0.0.1:0?protocols=MQTT")
                .putSecurityRoles("#", Set.of(role("all")))
                .putSecurityRoles("forbidden.#", Set.of(role("nobody")));
        server.setConfiguration(configuration);
        server.setSecurityManager(new Guard());
        server.start();
    }

    int port() {
        return ((NettyAcceptor) server.getActiveMQServer().getRemotingService().getAcceptor("mqtt")).getActualPort();
    }

    @Override
    public void close() throws Exception {
        server.stop();
    }

    private static Role role(String name) {
        return new Role(name, true, true, true, true, true, true, true, true, true, true, false, false);
    }

    private static final class Guard implements ActiveMQSecurityManager {
        @Override
        public boolean validateUser(String user, String password) {
            return !"wrong".equals(user);
        }

        @Override
        public boolean validateUserAndRole(String user, String password, Set<Role> roles, CheckType checkType) {
            return validateUser(user, password)
                    && roles.stream().anyMatch(role -> role.getName().equals("all"));
        }
    }
}
