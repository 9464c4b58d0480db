/// Finds, checks, loads, swaps and unloads provider plug-ins, and hands providers out by name.
///
/// Reading order: [dev.formulary.engine.provider.Providers] looks after the folder. [JarFolder] says which files have
/// come, changed and gone; [Staging] copies and checks one; [PluginJar] loads it; [Generation] makes its providers, each
/// in a [Slot] that counts the calls under way. A call holds a [dev.formulary.engine.provider.Lease]; a generation that
/// was replaced ends when its last lease does.
@NullMarked
package dev.formulary.engine.provider;

import org.jspecify.annotations.NullMarked;
