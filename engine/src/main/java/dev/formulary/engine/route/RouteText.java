package dev.formulary.engine.route;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/// The text of one file of the routes folder.
///
/// @param file its name
/// @param text what stands in it
record RouteText(String file, String text) {

    /// Reads the routes into definitions of a context, with ids of our own: a copied file works without changing any.
    ///
    /// @param version distinguishes versions of the file that run side by side
    /// @throws Exception when the text is wrong; [#problem] tells where
    List<RouteDefinition> parse(CamelContext context, int version) throws Exception {
        List<RouteDefinition> routes = new ArrayList<>();
        Collection<RoutesBuilder> builders = PluginHelper.getRoutesLoader(context)
                .findRoutesBuilders(ResourceHelper.fromString(file, text));
        for (RoutesBuilder builder : builders) {
            if (builder instanceof RouteBuilder yaml) {
                routes.addAll(yaml.configureRoutes(context).getRoutes());
                if (!yaml.getRestCollection().getRests().isEmpty()) {
                    throw new IllegalArgumentException(
                            "'rest' is not read here; begin a route with 'from: platform-http:/path'");
                }
            }
        }
        if (routes.isEmpty()) {
            throw new IllegalArgumentException("there is no route in the file");
        }
        for (int i = 0; i < routes.size(); i++) {
            prepare(routes.get(i), file + ":" + (i + 1) + "#" + version);
        }
        return routes;
    }

    /// Camel refuses two steps of one id in one context, and while a version replaces another there are two.
    private static void prepare(RouteDefinition route, String id) {
        route.setId(id);
        route.setAutoStartup("false");
        ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), OptionalIdentifiedDefinition.class)
                .forEach(step -> {
                    if (step.hasCustomIdAssigned()) {
                        step.setId(id + "/" + step.getId());
                    }
                });
    }

    /// What is wrong, with the line where that is known.
    String problem(Throwable failure) {
        Throwable root = failure;
        int line = 0;
        String uri = null;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            root = cause;
            line = Math.max(line, line(cause));
            uri = cause instanceof ResolveEndpointFailedException unresolved ? unresolved.getUri() : uri;
        }
        if (line == 0 && uri != null) {
            line = lineOf(uri);
        }
        return file + (line == 0 ? "" : ":" + line) + ": " + message(root);
    }

    private static int line(Throwable cause) {
        if (cause instanceof MarkedYamlEngineException marked) {
            Optional<Mark> mark = marked.getProblemMark();
            return mark.map(at -> at.getLine() + 1).orElse(0);
        }
        return 0;
    }

    private static String message(Throwable root) {
        String said = root instanceof MarkedYamlEngineException marked && marked.getProblem() != null
                ? marked.getProblem()
                : root.getMessage();
        return said == null || said.isBlank()
                ? root.getClass().getSimpleName()
                : said.strip().lines().findFirst().get();
    }

    /// Camel names an endpoint that it can't make, but not where it stands.
    private int lineOf(String uri) {
        String plain = plain(uri);
        int number = 0;
        int best = 0;
        int length = 0;
        for (String line : text.lines().toList()) {
            number++;
            String value = plain(value(line));
            if (value.length() > length && plain.startsWith(value)) {
                best = number;
                length = value.length();
            }
        }
        return best;
    }

    private static String plain(@Nullable String uri) {
        return uri == null ? "" : uri.replace("://", ":").replaceFirst(":/+", ":");
    }

    private static String value(String line) {
        int colon = line.indexOf(": ");
        return colon < 0 ? "" : line.substring(colon + 2).strip().replace("\"", "").replace("'", "");
    }
}
