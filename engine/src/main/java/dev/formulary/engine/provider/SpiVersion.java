package dev.formulary.engine.provider;

import org.pf4j.DefaultVersionManager;
import org.pf4j.VersionManager;

/// Decides whether a plug-in was built for this gateway's contract.
///
/// A pre-release counts as the release that it leads to: by the book `<2.0.0` admits `2.0.0-rc1`, which already breaks
/// what 2.0.0 breaks, and `>=2.0.0` does not.
final class SpiVersion implements VersionManager {
    private final VersionManager semantic = new DefaultVersionManager();

    @Override
    public boolean checkVersionConstraint(String version, String constraint) {
        return semantic.checkVersionConstraint(release(version), constraint);
    }

    @Override
    public int compareVersions(String first, String second) {
        return semantic.compareVersions(first, second);
    }

    /// @param offered the version of the contract that the gateway has
    /// @param requires the manifest's `Plugin-Requires`
    void check(String offered, String requires) throws Refusal {
        boolean fits;
        try {
            fits = checkVersionConstraint(offered, requires);
        } catch (RuntimeException e) {
            throw new Refusal("Plugin-Requires '" + requires + "' is not a range of versions; write for example"
                    + " '>=1.0.0 & <2.0.0'", e);
        }
        if (!fits) {
            throw new Refusal("Plugin-Requires '" + requires + "' does not admit this gateway's SPI " + offered
                    + "; a build of the plug-in for that version would");
        }
    }

    private static String release(String version) {
        int end = version.indexOf('-');
        return end < 0 ? version : version.substring(0, end);
    }
}
