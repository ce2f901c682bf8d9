"""A pack about workshops: awards by how many workers are stably employed, and for each who stays a year."""

WORKSHOP = """
pack: works
source: act
zh: 车间奖补
en: awards to workshops
currency: CNY
in_force: {from: 2021-01-01}
subject: {name: workshop, zh: 车间, en: workshop}
inputs:
  workshop:
    recognised: {type: bool, zh: 已认定, en: recognised}
    in_platform: {type: bool, zh: 已录入平台, en: entered in the platform}
    workers:
      list: worker
      zh: 工人
      en: workers
      fields:
        lifted: {type: bool, zh: 脱贫人口, en: lifted out of poverty}
        employed: {unit: month, max: 600, zh: 务工月数, en: months employed}
        average_wage: {unit: CNY/month, zh: 月均工资, en: average monthly wage}
findings:
  inspected: {about: workshop, type: bool, who: [county], if_absent: "false", zh: 已检查, en: inspected}
parameters:
  award_by_workers:
    by: stable_workers
    unit: CNY/workshop
    cite: "1"
    values:
      - from: 2021-01-01
        is:
          - {below: 5, value: 0}
          - {at_least: 5, below: 10, value: 10000}
          - {at_least: 10, below: 20, value: 20000}
          - {at_least: 20, value: 30000}
definitions:
  stable:
    each: workshop.workers
    value: worker.lifted and worker.employed >= 6 * month and worker.average_wage >= 1000 * CNY / month
  stable_workers: {value: count(w for w in workshop.workers if w.stable)}
programmes:
  awards:
    zh: 奖补
    en: awards
    payment: {every: year}
    rules:
      listed:
        kind: eligibility
        when: workshop.recognised and workshop.in_platform
        zh: 已认定并录入平台
        en: recognised and entered
      award: {kind: amount, amount: award_by_workers, zh: 奖补, en: award}
      retention:
        kind: amount
        each: workshop.workers
        when: worker.stable and worker.employed >= 12 * month
        amount: 1000 * CNY
        zh: 稳岗奖补
        en: award for who stays
      first:
        kind: referral
        when: count(paid(awards.award)) == 0 and finding.inspected
        to: county
        zh: 首次
        en: first award
      posting:
        kind: procedure
        steps: {notice: {posted: 5 day, zh: 公示, en: notice}}
        zh: 程序
        en: procedure
"""
