package dev.oar.cli;

import picocli.CommandLine.IVersionProvider;

/** The version that the jar was built as. */
final class OarVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"oar " + number()};
    }

    /** The number alone. */
    static String number() {
        String version = OarVersion.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }
}
