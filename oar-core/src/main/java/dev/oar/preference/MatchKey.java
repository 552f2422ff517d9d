package dev.oar.preference;

import dev.oar.generate.Subject;

/** What images of several arms share that are drawn of the same thing by the same chance: by this they are paired. */
public sealed interface MatchKey {
    /** What the images show, in words; empty if it is not known. */
    String subject();

    /** Where the images come from, in words. */
    String origin();

    /**
     * What images were drawn from, as their PNGs tell.
     *
     * @param asked the class or caption
     * @param seed the seed
     * @param index the index
     */
    record Settings(Subject asked, long seed, long index) implements MatchKey {
        @Override
        public String subject() {
            return asked.name();
        }

        @Override
        public String origin() {
            return "seed " + seed + ", index " + index;
        }
    }

    /**
     * The name of a file in every folder.
     *
     * @param name relative to the folder, with slashes, without its ending
     */
    record FileName(String name) implements MatchKey {
        /** The name of the folder within the arm's, which is the class in most sets; empty if there is none. */
        @Override
        public String subject() {
            int end = name.lastIndexOf('/');
            return end < 0 ? "" : name.substring(name.lastIndexOf('/', end - 1) + 1, end);
        }

        @Override
        public String origin() {
            return name;
        }
    }
}
