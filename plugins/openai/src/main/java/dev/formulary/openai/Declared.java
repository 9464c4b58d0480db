package dev.formulary.openai;

import dev.formulary.spi.Setting;
import java.util.List;
import java.util.stream.Stream;

/// The settings of this kind, as the gateway shows and checks them. What they come to: see [OpenAiSettings].
final class Declared {
    static final List<Setting> ALL = List.of(
            Setting.of("base-url", Setting.Type.URL, "https://api.openai.com/v1, or the dialect's own",
                    "Where the server is, mostly up to `/v1`."),
            Setting.choice("dialect", Stream.concat(Stream.of("auto"), Dialects.names().stream()).toList(), "auto",
                    "How the server departs from the common format; `auto` tells by host, name or port."),
            Setting.of("api-key", Setting.Type.SECRET, null, "The key, where the server asks for one."),
            Setting.of("api-keys", Setting.Type.LIST, null, "Several keys: one rests when the vendor sends it away."),
            Setting.of("api-version", Setting.Type.TEXT, null, "Azure's `?api-version=`, such as 2024-10-21."),
            Setting.of("organization", Setting.Type.TEXT, null, "Sent as `OpenAI-Organization`."),
            Setting.of("project", Setting.Type.TEXT, null, "Sent as `OpenAI-Project`."),
            Setting.of("referer", Setting.Type.TEXT, null,
                    "Sent as `HTTP-Referer`: your site, for OpenRouter's lists."),
            Setting.of("title", Setting.Type.TEXT, null,
                    "Sent as `X-Title`: your application, for OpenRouter's lists."),
            Setting.of("headers", Setting.Type.MAP, null, "Further headers of every request."),
            Setting.of("discover", Setting.Type.FLAG, "true", "Whether the server is asked for its list of models."),
            Setting.of("local", Setting.Type.FLAG, "true when the host is near",
                    "Whether prompts stay on this machine or its own network."),
            Setting.of("free", Setting.Type.FLAG, "as local", "Whether answers cost nothing."),
            Setting.of("max-tokens-member", Setting.Type.TEXT, "the dialect's own",
                    "What the limit of the answer is called."));

    private Declared() {}
}
