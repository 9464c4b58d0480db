/// The gateway. One package a room, one level deep; `facts` holds the words that all rooms share, and
/// `route.Gateway` reads as the way of a request from top to bottom.
@NullMarked
package dev.formulary.engine;

import org.jspecify.annotations.NullMarked;
