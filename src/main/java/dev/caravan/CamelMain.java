package dev.caravan;

import dev.caravan.settings.Settings;
import org.apache.camel.main.Main;

/** Camel, set up for us: settings as placeholders, no discovery, nothing that opens a port of its own. */
final class CamelMain {

    /** Time for exchanges in flight when the program stops; what does not finish is delivered again after the start. */
    private static final int SHUTDOWN_TIMEOUT_SECONDS = 5;

    private final Settings settings;
    private final Main main = new Main();

    CamelMain(Settings settings) {
        this.settings = settings;
    }

    Main create(String mqttUrl) {
        main.setOverrideProperties(RouteEquipment.placeholders(settings, mqttUrl));
        main.setDefaultPropertyPlaceholderLocation("false");
        main.configure()
                .withName("caravan")
                .withRoutesCollectorEnabled(false)
                .withBasePackageScanEnabled(false)
                .withAutoConfigurationEnvironmentVariablesEnabled(false)
                .withAutoConfigurationSystemPropertiesEnabled(false)
                .withAutoConfigurationLogSummary(false)
                .withJmxEnabled(false)
                .withShutdownTimeout(SHUTDOWN_TIMEOUT_SECONDS)
                .withShutdownLogInflightExchangesOnTimeout(false);
        return main;
    }

    int routeCount() {
        return main.getCamelContext().getRoutesSize();
    }
}
