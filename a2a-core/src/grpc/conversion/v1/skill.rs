use crate::{
    AgentSkill,
    grpc::{field::each, v1},
};

impl From<v1::AgentSkill> for AgentSkill {
    fn from(skill: v1::AgentSkill) -> Self {
        let v1::AgentSkill {
            id,
            name,
            description,
            tags,
            examples,
            input_modes,
            output_modes,
            security_requirements,
        } = skill;
        let security_requirements = each(security_requirements);
        Self { id, name, description, tags, examples, input_modes, output_modes, security_requirements }
    }
}

impl From<AgentSkill> for v1::AgentSkill {
    fn from(skill: AgentSkill) -> Self {
        let AgentSkill {
            id,
            name,
            description,
            tags,
            examples,
            input_modes,
            output_modes,
            security_requirements,
        } = skill;
        let security_requirements = each(security_requirements);
        Self { id, name, description, tags, examples, input_modes, output_modes, security_requirements }
    }
}
