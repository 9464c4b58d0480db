package dev.formulary.engine.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NamesTest {
    private static final String ODD = "abAB01._-/+#: $\tü漢\0";

    @Test
    void whatIsRightStaysAsItIs() {
        assertThat(Names.level("gpu-box.1_x")).isEqualTo("gpu-box.1_x");
        assertThat(Names.id("gpu-box_1")).isEqualTo("gpu-box_1");
        assertThat(Names.id("a.b")).isEqualTo(Names.id("a.b")).matches("a_b-[0-9a-f]{8}");
        assertThat(Names.level("error-rate:cloud/large")).matches("error-rate_cloud_large-[0-9a-f]{8}");
        assertThat(Names.level("")).matches("-[0-9a-f]{8}");
    }

    @Test
    void twoNamesAreNeverMadeIntoOneAndAlwaysFit() {
        var random = new Random(7);
        Map<String, String> made = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            var name = new StringBuilder();
            int length = random.nextInt(i % 100 == 0 ? 200 : 6);
            for (int j = 0; j < length; j++) {
                name.append(ODD.charAt(random.nextInt(ODD.length())));
            }
            String id = Names.id(name.toString());
            assertThat(id).matches("[A-Za-z0-9_-]{1,64}");
            assertThat(Names.level(name.toString())).matches("[A-Za-z0-9._-]{1,64}");
            String before = made.put(id, name.toString());
            assertThat(before == null || before.contentEquals(name)).as(id).isTrue();
        }
    }
}
