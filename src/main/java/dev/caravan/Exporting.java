package dev.caravan;

import dev.caravan.cli.CaravanCommand;
import dev.caravan.export.ExportQuery;
import dev.caravan.export.MessageExport;
import dev.caravan.settings.Settings;
import dev.caravan.settings.SettingsException;
import dev.caravan.settings.SettingsLoader;
import dev.caravan.store.StoreException;
import dev.caravan.store.StoreReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;

/** The command {@code export}: reads the store's database beside a running program, or while none runs. */
final class Exporting implements CaravanCommand.Exporter {

    private final Map<String, String> environment;

    Exporting(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public void export(
            ExportQuery query,
            Map<String, String> commandLine,
            Path configFile,
            OutputStream out,
            CaravanCommand.ExportProgress progress)
            throws SettingsException, StoreException, IOException {
        Settings settings = SettingsLoader.load(commandLine, environment, configFile);
        try (StoreReader store = StoreReader.open(Stores.settings(settings))) {
            StoreReader.Span span = store.span().orElse(new StoreReader.Span(0, 0));
            long first = Math.max(span.first(), query.from());
            long last = Math.min(span.last(), query.to());
            MessageExport export = new MessageExport(store::query, query);
            boolean goesOn = true;
            while (goesOn && !export.isEnded()) {
                out.write(export.next());
                // An id is a time: how far it is gone is how much of the time is done.
                double ofTime = (double) (export.lastId() - first) / Math.max(1, last - first);
                double ofLimit = (double) export.written() / query.limit();
                double share = export.isEnded() ? 1 : Math.max(ofTime, ofLimit);
                goesOn = progress.at(export.written(), Math.max(0, Math.min(1, share)));
            }
        }
    }
}
