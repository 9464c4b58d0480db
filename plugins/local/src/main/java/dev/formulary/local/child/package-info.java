/// The process in which a model runs, and what is said between it and the provider.
///
/// The native library lives in this process only: a file that makes it abort ends one model's answers, not the gateway. The
/// package depends on the JDK alone, and the class path of the process is the plug-in's own JAR.
///
/// [ChildMain] begins; [Session] reads [Request]s and writes [Report]s by [Frames]; [Engine] carries them out with the
/// classes whose names begin with `Native`, which are what is known of the library's C interface.
@NullMarked
package dev.formulary.local.child;

import org.jspecify.annotations.NullMarked;
