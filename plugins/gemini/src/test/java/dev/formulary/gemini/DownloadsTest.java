package dev.formulary.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.testkit.TestAttempt;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorServer;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DownloadsTest extends GeminiCase {
    private final VendorServer pictures = VendorServer.bare().always("/cat.png", picture("image/png", 3));

    @AfterEach
    void closePictures() {
        pictures.close();
    }

    private static VendorReply picture(String type, int bytes) {
        byte[] body = new byte[bytes];
        Arrays.fill(body, (byte) 'x');
        return (request, wire) -> wire.whole(200, type, "", body);
    }

    private static VendorReply redirect(String to) {
        return (request, wire) -> wire.whole(302, "text/plain", "Location: " + to + "\r\n", new byte[0]);
    }

    private JsonNode sent(Ask ask) throws Exception {
        provider(http, Map.of("base-url", vendor.baseUrl(), "fetch", "anywhere")).chat(ask.whole(), attempt()).close();
        return json(vendor.last(WHOLE).text());
    }

    private Ask show(String... paths) {
        Ask ask = new Ask();
        for (String path : paths) {
            ask.message(Role.USER, new ChatRequest.Image("", pictures.baseUrl() + path, true));
        }
        return ask;
    }

    private ProviderException refused(Ask ask, String fetch) {
        ProviderException failure = failure(() -> provider(http, Map.of("base-url", vendor.baseUrl(), "fetch", fetch))
                .chat(ask.whole(), attempt()));
        assertThat(vendor.requests()).as("what the vendor was asked").isEmpty();
        assertThat(failure.getMessage()).doesNotContain("cat.png");
        return failure;
    }

    @Test
    void aPictureIsFetchedOnceAndSentAsBytes() throws Exception {
        JsonNode parts = sent(show("/cat.png", "/cat.png")).at("/contents/0/parts");
        assertThat(parts).isEqualTo(json("[{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"eHh4\"}},"
                + "{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"eHh4\"}}]"));
        assertThat(pictures.requests()).hasSize(1).allSatisfy(
                request -> assertThat(request.headers()).doesNotContainKey("x-goog-api-key"));
    }

    @Test
    void aFileIsFetchedToo() throws Exception {
        pictures.always("/a.pdf", picture("application/pdf; charset=binary", 1));
        pictures.always("/b.jpg", picture("Image/JPG", 1));
        JsonNode body = sent(new Ask()
                .message(Role.USER, new ChatRequest.Document("", pictures.baseUrl() + "/a.pdf", true, null))
                .message(Role.USER, new ChatRequest.Image("", pictures.baseUrl() + "/b.jpg", true)));
        assertThat(body.findValuesAsText("mimeType")).containsExactly("application/pdf", "image/jpeg");
    }

    @Test
    void redirectsAreFollowedThreeTimes() throws Exception {
        pictures.always("/1", redirect("/2")).always("/2", redirect("3")).always("/3",
                redirect(pictures.baseUrl() + "/cat.png"));
        assertThat(sent(show("/1")).findValuesAsText("data")).containsExactly("eHh4");
        pictures.always("/0", redirect("/1"));
        assertThat(failure(() -> sent(show("/0")))).hasMessage(
                "messages[0]: a picture names an address that leads from one to the next without end");
        pictures.always("/away", redirect("file:///etc/passwd"));
        assertThat(failure(() -> sent(show("/away")))).hasMessageContaining("must be a data: url, or an address");
        pictures.always("/bad", redirect("http://a b/"));
        assertThat(failure(() -> sent(show("/bad")))).hasMessageContaining("must be a data: url, or an address");
    }

    @Test
    void whatIsNotPublicIsNotFetched() {
        ProviderException failure = refused(show("/cat.png"), "public");
        assertThat(failure).hasMessage("messages[0]: a picture lies on a network that is not public; send its bytes as "
                + "a data: url instead");
        assertThat(failure.category()).isEqualTo(FailureCategory.UNSUPPORTED);
        assertThat(refused(show("/cat.png"), "nowhere").category()).isEqualTo(FailureCategory.UNSUPPORTED);
        assertThat(pictures.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        ftp://host/a.png         | must be a data: url, or an address that begins with http:// or https://
        cat.png                  | must be a data: url, or an address that begins with http:// or https://
        http://a b               | must be a data: url, or an address that begins with http:// or https://
        http://no-such.invalid/x | names a server that does not exist
        """)
    void addressesMustBeProper(String url, String how) {
        var ask = new Ask().user("Look:").message(Role.USER, new ChatRequest.Image("", url, true));
        ProviderException failure = refused(ask, "public");
        assertThat(failure).hasMessage("messages[1]: a picture " + how);
        assertThat(failure.category()).isEqualTo(FailureCategory.INVALID_REQUEST);
    }

    @Test
    void whatCanNotBeFetchedIsTheCallersMistakeAndNotTheVendors() {
        pictures.always("/text", VendorReply.text(200, "no picture")).always("/slam", VendorReply.slam());
        for (String path : new String[]{"/none", "/text", "/slam"}) {
            assertThat(refused(show(path), "anywhere").category()).isEqualTo(FailureCategory.INVALID_REQUEST);
        }
        pictures.close();
        assertThat(refused(show("/cat.png"), "anywhere")).hasMessage(
                "messages[0]: a picture can't be fetched: its server does not answer");
    }

    @Test
    void allPicturesOfARequestShareOneLimit() throws Exception {
        int half = Downloads.MOST_BYTES / 2;
        pictures.always("/a", picture("image/png", half)).always("/b", picture("image/png", half))
                .always("/c", picture("image/png", half + 1));
        assertThat(refused(show("/a", "/c"), "anywhere")).hasMessage("messages[1]: a picture is too large: a request's "
                + "pictures and files may have 20 MiB together");
        assertThat(sent(show("/a", "/b")).findValuesAsText("data")).hasSize(2);
    }

    @Test
    void theDeadlineHoldsForPicturesToo() {
        pictures.always("/slow", VendorReply.hang());
        ProviderException failure = failure(() -> provider(http, Map.of("base-url", vendor.baseUrl(), "fetch",
                "anywhere")).chat(show("/slow").whole(), TestAttempt.lasting(Duration.ofMillis(200))));
        assertThat(failure.category()).isEqualTo(FailureCategory.TIMEOUT);
    }

    @ParameterizedTest
    @CsvSource({"8.8.8.8,true", "203.0.113.7,true", "127.0.0.1,false", "10.0.0.1,false", "172.16.0.1,false",
            "192.168.1.1,false", "169.254.169.254,false", "100.64.0.1,false", "100.128.0.1,true", "0.1.2.3,false",
            "224.0.0.1,false", "240.0.0.1,false", "255.255.255.255,false", "198.18.0.1,false", "198.20.0.1,true",
            "192.0.0.1,false", "192.0.1.1,true", "::1,false", "::,false", "fe80::1,false", "fd00::1,false",
            "ff02::1,false", "::ffff:127.0.0.1,false", "::ffff:8.8.8.8,true", "2a00:1450::1,true",
            "2002:7f00:1::1,false", "2001:0:1::1,false", "64:ff9b::7f00:1,false"})
    void knowsWhichAddressesArePublic(String address, boolean isPublic) throws Exception {
        assertThat(PublicAddress.isPublic(InetAddress.getByName(address))).isEqualTo(isPublic);
    }
}
