//! What a stage can find, by names that stay.

use std::borrow::Cow;

use glim_engine::lint;

use crate::commands::options::Stage;

/// What can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::commands) enum Rule {
    RegistryUnsound,
    RegistryUnregistered,
    RegistryNoRollback,
    RegistryUnsendable,
    RegistryChanged,
    RegistryGone,
    RegistryNotRun,
    /// One of those by which migrations are judged.
    Lint(&'static lint::Rule),
    LintUnmeasured,
    LintNotRun,
    ModelsDisagree,
    ModelsUnwritten,
    ModelsNotRun,
    ScratchApplyFailed,
    ScratchApplyDiffers,
    ScratchApplyNotRun,
    RoundtripFailed,
    RoundtripDiffers,
    RoundtripNotRun,
    UpgradeFailed,
    UpgradeLostRows,
    UpgradeUnfilled,
    UpgradeOutlived,
    UpgradeNotRun,
    TargetUnfinished,
    TargetChanged,
    TargetGone,
    TargetDrift,
    TargetNotRun,
}

impl Rule {
    const OF_STAGES: [Self; 28] = [
        Self::RegistryUnsound,
        Self::RegistryUnregistered,
        Self::RegistryNoRollback,
        Self::RegistryUnsendable,
        Self::RegistryChanged,
        Self::RegistryGone,
        Self::RegistryNotRun,
        Self::LintUnmeasured,
        Self::LintNotRun,
        Self::ModelsDisagree,
        Self::ModelsUnwritten,
        Self::ModelsNotRun,
        Self::ScratchApplyFailed,
        Self::ScratchApplyDiffers,
        Self::ScratchApplyNotRun,
        Self::RoundtripFailed,
        Self::RoundtripDiffers,
        Self::RoundtripNotRun,
        Self::UpgradeFailed,
        Self::UpgradeLostRows,
        Self::UpgradeUnfilled,
        Self::UpgradeOutlived,
        Self::UpgradeNotRun,
        Self::TargetUnfinished,
        Self::TargetChanged,
        Self::TargetGone,
        Self::TargetDrift,
        Self::TargetNotRun,
    ];

    /// All of them.
    pub(in crate::commands) fn all() -> impl Iterator<Item = Self> {
        Self::OF_STAGES.into_iter().chain(lint::all().map(Self::Lint))
    }

    /// That a stage could not run.
    pub(in crate::commands) const fn not_run(stage: Stage) -> Self {
        match stage {
            Stage::Registry => Self::RegistryNotRun,
            Stage::Lint => Self::LintNotRun,
            Stage::Models => Self::ModelsNotRun,
            Stage::ScratchApply => Self::ScratchApplyNotRun,
            Stage::Roundtrip => Self::RoundtripNotRun,
            Stage::Upgrade => Self::UpgradeNotRun,
            Stage::Target => Self::TargetNotRun,
        }
    }

    /// Its name: that of the stage, and what is wrong.
    pub(in crate::commands) fn id(self) -> Cow<'static, str> {
        let id = match self {
            Self::Lint(rule) => return Cow::Owned(format!("lint/{}", rule.id)),
            Self::LintUnmeasured => "lint/unmeasured",
            Self::LintNotRun => "lint/not-run",
            Self::RegistryUnsound => "registry/unsound",
            Self::RegistryUnregistered => "registry/unregistered",
            Self::RegistryNoRollback => "registry/no-rollback",
            Self::RegistryUnsendable => "registry/unsendable",
            Self::RegistryChanged => "registry/changed",
            Self::RegistryGone => "registry/gone",
            Self::RegistryNotRun => "registry/not-run",
            Self::ModelsDisagree => "models/disagree",
            Self::ModelsUnwritten => "models/unwritten",
            Self::ModelsNotRun => "models/not-run",
            Self::ScratchApplyFailed => "scratch-apply/failed",
            Self::ScratchApplyDiffers => "scratch-apply/differs",
            Self::ScratchApplyNotRun => "scratch-apply/not-run",
            Self::RoundtripFailed => "roundtrip/failed",
            Self::RoundtripDiffers => "roundtrip/differs",
            Self::RoundtripNotRun => "roundtrip/not-run",
            Self::UpgradeFailed => "upgrade/failed",
            Self::UpgradeLostRows => "upgrade/lost-rows",
            Self::UpgradeUnfilled => "upgrade/unfilled",
            Self::UpgradeOutlived => "upgrade/outlived",
            Self::UpgradeNotRun => "upgrade/not-run",
            Self::TargetUnfinished => "target/unfinished",
            Self::TargetChanged => "target/changed",
            Self::TargetGone => "target/gone",
            Self::TargetDrift => "target/drift",
            Self::TargetNotRun => "target/not-run",
        };
        Cow::Borrowed(id)
    }

    /// What it means.
    pub(in crate::commands) const fn meaning(self) -> &'static str {
        match self {
            Self::Lint(rule) => rule.effect,
            Self::LintUnmeasured => "What migrations do could not be measured",
            Self::RegistryUnsound => "Names, versions or `after` of migrations contradict each other",
            Self::RegistryUnregistered => "A migration is written and not registered, so that it never runs",
            Self::RegistryNoRollback => "A migration can neither be undone nor says that it cannot",
            Self::RegistryUnsendable => "An SQL migration cannot be run as it stands",
            Self::RegistryChanged => "A migration was changed after it was released or applied",
            Self::RegistryGone => "A migration of the last release is gone",
            Self::ModelsDisagree => "The models in the sources are not those that are registered",
            Self::ModelsUnwritten => "The models have changed, and no migration was written",
            Self::ScratchApplyFailed => "Migrations cannot be applied to an empty database",
            Self::ScratchApplyDiffers => "What the migrations make is not what the models describe",
            Self::RoundtripFailed => "A migration cannot be rolled back and applied again",
            Self::RoundtripDiffers => "A rollback does not lead back to the schema that was there before",
            Self::UpgradeFailed => "A database of the last release cannot be upgraded",
            Self::UpgradeLostRows => "Rows get lost in the upgrade from the last release",
            Self::UpgradeUnfilled => "No row could be made for a table of the last release",
            Self::UpgradeOutlived => "Programs of the last release fail on the upgraded database",
            Self::TargetUnfinished => "A migration was begun in the database and not finished",
            Self::TargetChanged => "A migration was changed after it was applied to the database",
            Self::TargetGone => "A migration is applied to the database, and its code is gone",
            Self::TargetDrift => "The database's schema is not the one that the models describe",
            Self::RegistryNotRun
            | Self::LintNotRun
            | Self::ModelsNotRun
            | Self::ScratchApplyNotRun
            | Self::RoundtripNotRun
            | Self::UpgradeNotRun
            | Self::TargetNotRun => "The stage could not run",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_belongs_to_a_stage_and_has_a_name_of_its_own() {
        let mut ids: Vec<_> = Rule::all().map(Rule::id).collect();
        for id in &ids {
            let stage = id.split('/').next().unwrap_or_default();
            assert!(Stage::ALL.iter().any(|known| known.name() == stage), "{id}");
        }
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), Rule::all().count());
    }
}
