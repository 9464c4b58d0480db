/// Runs the Camel routes: every way in, by HTTP, MQTT and files, is a YAML file in the routes folder, and each ends in a
/// step `formulary:NAME` that asks the gateway. `Gateway` composes the stages behind those names.
@NullMarked
package dev.formulary.engine.route;

import org.jspecify.annotations.NullMarked;
