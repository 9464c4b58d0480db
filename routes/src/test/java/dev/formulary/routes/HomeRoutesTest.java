package dev.formulary.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.facts.Arrival;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `home.yaml` offers, its remarks included.
class HomeRoutesTest {
    @TempDir
    Path home;

    @Test
    void aRoomIsLookedAtWhenItIsAskedToBe() throws Exception {
        try (var shipped = new Shipped(home).start()) {
            assertThat(shipped.post("/v1/home/tasks", "{\"zone\":\"kitchen\"}").body()).contains("home-tasks");
            assertThat(shipped.get("/v1/home/tasks").statusCode()).isEqualTo(405);
        }
    }

    @Test
    void withoutTheMarksOfARemarkARoomIsLookedAtByTheClock() throws Exception {
        try (var shipped = new Shipped(home).start()) {
            String remark = shipped.text("home.yaml").lines().dropWhile(line -> !line.startsWith("# - from:"))
                    .map(line -> line.substring(2)).reduce("", (all, line) -> all + line + "\n");

            shipped.write("clock.yaml",
                    remark.replace("delay: 60000", "delay: 1").replace("FORMULARY_API_KEY", "PATH"));

            await().atMost(Duration.ofSeconds(20)).until(() -> !shipped.arrivals.isEmpty());
            Arrival arrival = shipped.arrivals.getFirst();
            assertThat(arrival.body()).asString().isEqualTo("{\"zone\": \"kitchen\"}");
            assertThat(arrival.header().get("authorization")).isEqualTo("Bearer " + System.getenv("PATH"));
        }
    }
}
