package dev.caravan.csv;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Between a route file and the component the columns are part of a URI, in which many characters mean something. */
@NullMarked
class ColumnsInYamlTest {

    @TempDir
    Path folder;

    @Test
    void arriveAsTheyAreWritten() throws Exception {
        String yaml = """
                - route:
                    from:
                      uri: direct:in
                      steps:
                        - to:
                            uri: csv-log:x
                            parameters:
                              columns: >-
                                RAW(lat:number=$.gps['a b'].lat|$.v[0],"x&y=100%+1",°C,"say ""hi""\",id=topic:2|$['it#s?'])
                              file: $.room|topic:2
                """;
        try (CsvLogs logs = new CsvLogs(folder, new MovingClock(), CsvFile.DISK)) {
            PluginHelper.getRoutesLoader(logs.camel).loadRoutes(ResourceHelper.fromString("x.camel.yaml", yaml));

            logs.camel
                    .createProducerTemplate()
                    .sendBody(
                            "direct:in",
                            Map.of(
                                    "gps", Map.of("a b", Map.of("lat", 1.5)),
                                    "x&y=100%+1", 2,
                                    "°C", 3,
                                    "say \"hi\"", 4,
                                    "it#s?", 5,
                                    "room", "r1"));
            logs.camel.getRouteController().stopAllRoutes();
        }

        assertThat(CsvLogs.files(folder))
                .isEqualTo(Map.of("x/r1.csv", "lat,x&y=100%+1,°C,\"say \"\"hi\"\"\",id\n1.5,2,3,4,5\n"));
    }
}
