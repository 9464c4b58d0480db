package dev.formulary.engine.decision;

import java.util.List;
import java.util.Set;
import org.drools.model.EntryPoint;
import org.drools.model.Global;
import org.drools.model.Model;
import org.drools.model.Query;
import org.drools.model.Rule;
import org.drools.model.TypeMetaData;

/// Some rules of a compiled file.
///
/// @param names of the rules
record ChosenRules(Model file, Set<String> names) implements Model {
    @Override
    public String getName() {
        return file.getName();
    }

    @Override
    public String getPackageName() {
        return file.getPackageName();
    }

    // as the interface has it
    @SuppressWarnings("rawtypes")
    @Override
    public List<Global> getGlobals() {
        return file.getGlobals();
    }

    @Override
    public List<Rule> getRules() {
        return file.getRules().stream().filter(rule -> names.contains(rule.getName())).toList();
    }

    @Override
    public List<Query> getQueries() {
        return file.getQueries();
    }

    @Override
    public List<TypeMetaData> getTypeMetaDatas() {
        return file.getTypeMetaDatas();
    }

    @Override
    public List<EntryPoint> getEntryPoints() {
        return file.getEntryPoints();
    }
}
