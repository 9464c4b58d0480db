package dev.formulary.openai;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/// The addresses of one server, built once where no model's name is in them. Immutable.
final class Endpoints {
    private final String base;
    private final String root;
    private final boolean byDeployment;
    private final String query;
    private final URI chat;
    private final URI embeddings;
    private final URI models;

    /// @param base where the format's own paths begin
    /// @param root where the server's other paths begin
    /// @param byDeployment whether each model has a path of its own below the base
    /// @param query `?api-version=...`, or empty
    private Endpoints(String base, String root, boolean byDeployment, String query) {
        this.base = base;
        this.root = root;
        this.byDeployment = byDeployment;
        this.query = query;
        this.chat = at("/chat/completions");
        this.embeddings = at("/embeddings");
        this.models = at("/models");
    }

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
        return byDeployment ? at(deployment(model) + "/chat/completions") : chat;
    }

    URI embeddings(String model) {
        return byDeployment ? at(deployment(model) + "/embeddings") : embeddings;
    }

    URI models() {
        return models;
    }

    /// One of the paths that are not the format's own.
    URI own(String path) {
        return URI.create(root + path);
    }

    private URI at(String path) {
        return URI.create(base + path + query);
    }

    private static String deployment(String model) {
        return "/deployments/" + encoded(model);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
