package dev.formulary.openai;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/// The addresses of one server.
///
/// @param base where the format's own paths begin
/// @param root where the server's other paths begin
/// @param byDeployment whether each model has a path of its own below the base
/// @param query `?api-version=...`, or empty
record Endpoints(String base, String root, boolean byDeployment, String query) {

    /// Azure's newer paths end in `/v1` and name the model in the body only; the older ones name it in the path.
    static Endpoints of(OpenAiSettings settings) {
        String base = settings.baseUrl();
        URI uri = URI.create(base);
        String root = uri.getScheme() + "://" + uri.getRawAuthority();
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        String below = path.endsWith("/v1") ? path.substring(0, path.length() - "/v1".length()) : path;
        boolean byDeployment = settings.dialect().deployments() && !path.endsWith("/v1")
                && !path.contains("/deployments/");
        String query = settings.apiVersion().isEmpty() ? "" : "?api-version=" + encoded(settings.apiVersion());
        boolean bare = settings.dialect().deployments() && path.isEmpty();
        return new Endpoints(bare ? base + "/openai" : base, root + below, byDeployment, query);
    }

    URI chat(String model) {
        return below(model, "/chat/completions");
    }

    URI embeddings(String model) {
        return below(model, "/embeddings");
    }

    URI models() {
        return URI.create(base + "/models" + query);
    }

    /// One of the paths that are not the format's own.
    URI own(String path) {
        return URI.create(root + path);
    }

    private URI below(String model, String path) {
        return URI.create(base + (byDeployment ? "/deployments/" + encoded(model) : "") + path + query);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
